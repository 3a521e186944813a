// Asks apimachinery's resource.Quantity about quantities: one question per line on standard input, one answer per
// line on standard output, both JSON.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"log"
	"os"

	"k8s.io/apimachinery/pkg/api/resource"
)

type question struct {
	Text  string `json:"text"`
	Other string `json:"other"` // compared with it, where both are quantities
}

type answer struct {
	Error     string `json:"error,omitempty"` // format, number or suffix
	Sign      int    `json:"sign"`
	Milli     int64  `json:"milli"`
	Value     int64  `json:"value"`
	Canonical string `json:"canonical,omitempty"` // the same value in Kubernetes' own spelling
	Compare   *int   `json:"compare,omitempty"`
}

var kinds = map[error]string{
	resource.ErrFormatWrong: "format",
	resource.ErrNumeric:     "number",
	resource.ErrSuffix:      "suffix",
}

func kind(err error) string {
	for known, name := range kinds {
		if errors.Is(err, known) {
			return name
		}
	}
	return err.Error()
}

func ask(q question) answer {
	one, err := resource.ParseQuantity(q.Text)
	if err != nil {
		return answer{Error: kind(err)}
	}
	a := answer{Sign: one.Sign(), Milli: one.MilliValue(), Value: one.Value()}
	shown := one.DeepCopy()
	shown.RoundUp(resource.Nano) // forgets the spelling that it came in
	shown.Add(resource.Quantity{})
	a.Canonical = shown.String()
	if two, err := resource.ParseQuantity(q.Other); err == nil {
		compare := one.Cmp(two)
		a.Compare = &compare
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
