// Asks kubectl's own reader how it reads a file: one question per line on standard input, one answer per line on standard
// output, both JSON.
//
// This program does what k8s.io/cli-runtime's FileVisitor and StreamVisitor do before anything is sent.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"log"
	"os"
	"strings"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/yaml"
)

const sniffed = 4096 // cli-runtime's size of the buffer in which a `{` makes a file JSON

type question struct {
	Text string `json:"text"`
}

type answer struct {
	Objects []string `json:"objects,omitempty"` // the JSON of each, in order, up to the error
	Error   string   `json:"error,omitempty"`
}

func ask(q question) (a answer) {
	text := transform.NewReader(strings.NewReader(q.Text), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	decoder := yaml.NewYAMLOrJSONDecoder(text, sniffed)
	for {
		var object runtime.RawExtension
		if err := decoder.Decode(&object); err == io.EOF {
			return a
		} else if err != nil {
			a.Error = err.Error()
			return a
		}
		raw := bytes.TrimSpace(object.Raw)
		if len(raw) > 0 && !bytes.Equal(raw, []byte("null")) {
			a.Objects = append(a.Objects, string(raw))
		}
	}
}

func main() {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
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
