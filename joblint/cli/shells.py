"""Completion in bash for words with `=` and `:`, at which bash splits words: `--severity job=off`."""

import os

from click.shell_completion import BashComplete, add_completion_class, split_arg_string

_LINE = "line"  # in COMP_CWORD: then COMP_WORDS is the typed line up to the cursor


class Bash(BashComplete):
    """Completion that passes the whole line to the program, and removes from the answers what bash keeps of a word."""

    source_template = (
        """\
%(complete_func)s() {
    local IFS=$'\\n' line=${COMP_LINE:0:COMP_POINT} answer kind value kept= word
    word=${line##*[[:space:]]}
    case $word in --*=*) word=${word#*=} ;; esac
    case $word in
        [\\"\\']*) ;;
        *[=:]*) kept=${word%%"${word##*[=:]}"} ;;
    esac
    COMPREPLY=()
    for answer in $(env COMP_WORDS="$line" COMP_CWORD="""
        + _LINE
        + """ %(complete_var)s=bash_complete "$1"); do
        kind=${answer%%%%,*} value=${answer#*,}
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain)
                COMPREPLY+=("${value#"$kept"}")
                case $value in *[=:,]) compopt -o nospace ;; esac ;;
        esac
    done
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """Return the words before the cursor, and the word at the cursor."""
        if os.environ.get("COMP_CWORD") != _LINE:
            return super().get_completion_args()
        line = os.environ["COMP_WORDS"]
        words = split_arg_string(line)
        if line[-1:].isspace():
            words.append("")
        return words[1:-1], words[-1]


def register() -> None:
    """Register the completion with click."""
    add_completion_class(Bash, "bash")
