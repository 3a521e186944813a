// Asks helm about the texts of `--set` and `--set-string`: one question a line on standard input, one answer a line on
// standard output, both JSON.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	"helm.sh/helm/v3/pkg/strvals"
)

type question struct {
	Text string `json:"text"`
	// As `--set-string` reads it.
	Strings bool `json:"strings"`
}

type answer struct {
	Error  string         `json:"error,omitempty"`
	Values map[string]any `json:"values"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 0, 1<<20), 1<<26)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var q question
		if err := json.Unmarshal(in.Bytes(), &q); err != nil {
			log.Fatal(err)
		}
		read := strvals.Parse
		if q.Strings {
			read = strvals.ParseString
		}
		values, err := read(q.Text)
		a := answer{Values: values}
		if err != nil {
			a = answer{Error: err.Error()}
		}
		if err := out.Encode(a); err != nil {
			log.Fatal(err)
		}
	}
	if err := in.Err(); err != nil {
		log.Fatal(err)
	}
}
