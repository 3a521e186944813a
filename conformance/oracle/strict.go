//go:build kube1.23

package main

import "k8s.io/apimachinery/pkg/runtime"

// strictProblems is one line for each unknown or duplicate field.
func strictProblems(err error, _ string) []string {
	strict, ok := runtime.AsStrictDecodingError(err)
	if !ok {
		return []string{err.Error()}
	}
	var out []string
	for _, problem := range strict.Errors() {
		out = append(out, problem.Error())
	}
	return out
}
