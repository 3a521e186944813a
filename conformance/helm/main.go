// Renders templates with helm's own engine: one question a line on standard input, one answer a line on standard
// output, both JSON.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"strconv"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
)

type question struct {
	// The text of a template of a chart.
	Text string `json:"text"`
	// The values of each rendering, and the minor of Kubernetes that it is for.
	Choices []choice `json:"choices"`
}

type choice struct {
	Values map[string]any `json:"values"`
	Minor  string         `json:"minor"`
}

type rendering struct {
	Output string `json:"output,omitempty"`
	Error  string `json:"error,omitempty"`
}

type answer struct {
	Renderings []rendering `json:"renderings"`
}

const name = "templates/job.yaml"

func render(q question, c choice) (string, error) {
	made := &chart.Chart{
		Metadata:  &chart.Metadata{APIVersion: "v2", Name: "chart", Version: "0.1.0", AppVersion: "1.0"},
		Templates: []*chart.File{{Name: name, Data: []byte(q.Text)}},
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	version, err := chartutil.ParseKubeVersion("v" + c.Minor + ".0")
	if err != nil {
		return "", err
	}
	capabilities.KubeVersion = *version
	capabilities.APIVersions = []string{"v1", "batch/v1", "batch/v1/Job", "batch/v1/CronJob"}
	if minor, _ := strconv.Atoi(version.Minor); minor <= 24 {
		capabilities.APIVersions = append(capabilities.APIVersions, "batch/v1beta1", "batch/v1beta1/CronJob")
	}
	release := chartutil.ReleaseOptions{Name: "release", Namespace: "default", Revision: 1, IsInstall: true}
	values, err := chartutil.ToRenderValues(made, c.Values, release, capabilities)
	if err != nil {
		return "", err
	}
	written, err := engine.Engine{}.Render(made, values)
	if err != nil {
		return "", err
	}
	return written["chart/"+name], nil
}

func main() {
	in, out := json.NewDecoder(bufio.NewReader(os.Stdin)), json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for in.More() {
		var q question
		if err := in.Decode(&q); err != nil {
			log.Fatal(err)
		}
		a := answer{}
		for _, c := range q.Choices {
			written, err := render(q, c)
			if err != nil {
				a.Renderings = append(a.Renderings, rendering{Error: err.Error()})
				continue
			}
			a.Renderings = append(a.Renderings, rendering{Output: written})
		}
		if err := out.Encode(a); err != nil {
			log.Fatal(err)
		}
	}
}
