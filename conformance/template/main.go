// Asks Go's text/template/parse about templates: one question a line on standard input, one answer a line on standard
// output, both JSON.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"
	"text/template"
	"text/template/parse"
)

type question struct {
	Text string `json:"text"`
	// What the template is executed with; without it, it is only parsed.
	Values map[string]any `json:"values"`
}

type answer struct {
	Error string `json:"error,omitempty"`
	// The nodes in order, each [kind, offset in bytes], a text with its length; the templates that are defined follow.
	Nodes [][]any `json:"nodes,omitempty"`
	// What is written with the values.
	Output *string `json:"output,omitempty"`
}

func list(nodes *parse.ListNode, out *[][]any) {
	if nodes == nil {
		return
	}
	for _, node := range nodes.Nodes {
		switch n := node.(type) {
		case *parse.TextNode:
			*out = append(*out, []any{"text", n.Pos, len(n.Text)})
		case *parse.CommentNode:
			*out = append(*out, []any{"comment", n.Pos})
		case *parse.ActionNode:
			kind := "output"
			if len(n.Pipe.Decl) > 0 {
				kind = "set"
			}
			*out = append(*out, []any{kind, n.Pos})
		case *parse.IfNode:
			branch("if", &n.BranchNode, out)
		case *parse.WithNode:
			branch("with", &n.BranchNode, out)
		case *parse.RangeNode:
			branch("range", &n.BranchNode, out)
		case *parse.TemplateNode:
			*out = append(*out, []any{"template", n.Pos})
		case *parse.BreakNode, *parse.ContinueNode:
			*out = append(*out, []any{"leave", n.Position()})
		default:
			log.Fatalf("unexpected node %T", n)
		}
	}
}

func branch(kind string, n *parse.BranchNode, out *[][]any) {
	*out = append(*out, []any{kind, n.Pos})
	list(n.List, out)
	if n.ElseList != nil {
		*out = append(*out, []any{"else"})
		list(n.ElseList, out)
	}
	*out = append(*out, []any{"end"})
}

func ask(q question) answer {
	tree := parse.New("main")
	tree.Mode = parse.ParseComments | parse.SkipFuncCheck
	set := map[string]*parse.Tree{}
	root, err := tree.Parse(q.Text, "", "", set)
	if err != nil {
		return answer{Error: err.Error()}
	}
	var a answer
	list(root.Root, &a.Nodes)
	var names []string
	for name := range set {
		if name != "main" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		a.Nodes = append(a.Nodes, []any{"define " + name})
		list(set[name].Root, &a.Nodes)
	}
	if q.Values != nil {
		output, err := execute(q.Text, q.Values)
		if err != nil {
			return answer{Error: err.Error()}
		}
		a.Output = &output
	}
	return a
}

// execute writes a template as helm does, with those of sprig's and helm's functions that the questions use.
func execute(text string, values map[string]any) (string, error) {
	t := template.New("main")
	write := func(t *template.Template, data any) (string, error) {
		var out strings.Builder
		err := t.Execute(&out, data)
		return out.String(), err
	}
	indent := func(n int, s string) string {
		pad := strings.Repeat(" ", n)
		return pad + strings.ReplaceAll(s, "\n", "\n"+pad)
	}
	t.Funcs(template.FuncMap{
		"quote":   func(v any) string { return fmt.Sprintf("%q", fmt.Sprint(v)) },
		"squote":  func(v any) string { return "'" + fmt.Sprint(v) + "'" },
		"indent":  indent,
		"nindent": func(n int, s string) string { return "\n" + indent(n, s) },
		"default": func(other, v any) any {
			if v == nil || v == "" || v == false {
				return other
			}
			return v
		},
		// Maps of strings are enough here.
		"toYaml": func(v any) string {
			var lines []string
			for key, value := range v.(map[string]any) {
				lines = append(lines, fmt.Sprintf("%s: %v", key, value))
			}
			sort.Strings(lines)
			return strings.Join(lines, "\n")
		},
		"include": func(name string, data any) (string, error) { return write(t.Lookup(name), data) },
		"tpl": func(text string, data any) (string, error) {
			inner, err := template.New("inner").Parse(text)
			if err != nil {
				return "", err
			}
			return write(inner, data)
		},
	})
	if _, err := t.Parse(text); err != nil {
		return "", err
	}
	return write(t, values)
}

func main() {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	for in.More() {
		var q question
		if err := in.Decode(&q); err != nil {
			log.Fatal(err)
		}
		if err := out.Encode(ask(q)); err != nil {
			log.Fatal(err)
		}
	}
}
