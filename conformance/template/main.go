// Asks Go's text/template/parse about templates: one question a line on standard input, one answer a line on standard
// output, both JSON.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"sort"
	"text/template/parse"
)

type question struct {
	Text string `json:"text"`
}

type answer struct {
	Error string `json:"error,omitempty"`
	// The nodes in order, each [kind, offset in bytes], a text with its length; the templates that are defined follow.
	Nodes [][]any `json:"nodes,omitempty"`
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
	return a
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
