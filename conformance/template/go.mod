module joblint.dev/conformance/template

go 1.26.0
