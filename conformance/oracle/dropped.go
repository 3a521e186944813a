package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"
)

// dropped lists, sorted, the highest places that the author wrote and that after lacks, although the decoder read them.
func dropped(read, after, written map[string]interface{}) []string {
	var out []string
	compare("", read, after, written, &out)
	sort.Strings(out)
	return out
}

func compare(path string, read, after, written interface{}, out *[]string) {
	switch r := read.(type) {
	case map[string]interface{}:
		a, _ := after.(map[string]interface{})
		w, _ := written.(map[string]interface{})
		for name, value := range r {
			if wrote, ok := w[name]; ok {
				left, there := a[name]
				descend(join(path, name), value, left, wrote, there, out)
			}
		}
	case []interface{}:
		a, _ := after.([]interface{})
		w, _ := written.([]interface{})
		for i, at := range partners(r, a) {
			if i >= len(w) {
				return
			}
			var left interface{}
			if at >= 0 {
				left = a[at]
			}
			descend(fmt.Sprintf("%s[%d]", path, i), r[i], left, w[i], at >= 0, out)
		}
	}
}

func descend(path string, read, after, written interface{}, there bool, out *[]string) {
	if there {
		compare(path, read, after, written, out)
	} else {
		*out = append(*out, path)
	}
}

// join writes a place as the server does: in the two maps that something is removed from, the key is in brackets.
func join(path, name string) string {
	switch {
	case path == "":
		return name
	case strings.HasSuffix(path, ".annotations"), strings.HasSuffix(path, ".labels"):
		return path + "[" + name + "]"
	}
	return path + "." + name
}

// partners returns, for each element of a list, its index in the remaining list, or -1. If the lists have the same length,
// nothing has moved.
func partners(before, after []interface{}) []int {
	out := make([]int, len(before))
	at := 0
	for i := range before {
		room := len(before)-i > len(after)-at // one more may be gone
		if at < len(after) && (!room || leftOf(before[i], after[at])) {
			out[i] = at
			at++
		} else {
			out[i] = -1
		}
	}
	return out
}

// leftOf says whether after can be what remains of before: no value has changed, and nothing was added except defaults.
func leftOf(before, after interface{}) bool {
	switch b := before.(type) {
	case map[string]interface{}:
		a, ok := after.(map[string]interface{})
		if !ok {
			return false
		}
		for name, value := range b {
			if left, there := a[name]; there && !leftOf(value, left) {
				return false
			}
		}
		return !anonymous(b, a)
	case []interface{}:
		a, ok := after.([]interface{})
		return ok && len(a) <= len(b)
	}
	return reflect.DeepEqual(before, after)
}

// anonymous says whether two objects have no common field that could distinguish them.
func anonymous(before, after map[string]interface{}) bool {
	for name := range before {
		if _, there := after[name]; there {
			return false
		}
	}
	return len(before) > 0
}
