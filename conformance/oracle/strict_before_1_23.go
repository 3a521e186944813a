//go:build !kube1.23

package main

import "strings"

// strictProblems is one text: 1.21 and 1.22 stop at the first unknown field. They quote the whole manifest before it.
func strictProblems(err error, manifest string) []string {
	return []string{strings.TrimPrefix(err.Error(), "strict decoder error for "+manifest+": ")}
}
