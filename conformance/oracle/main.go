// Oracle says how the API server of one Kubernetes minor answers for Jobs and CronJobs: it is that minor's own code.
//
// Questions come in on standard input, one JSON object each, and answers go out on standard output in the same order.
// See README.md in the folder above for their fields, and build.py there for how it is built.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/capabilities"
)

// minor is the Kubernetes minor that this program was built from, such as "37". The linker sets it.
var minor string

// refused is the exit status if the API server would not have started with these flags.
const refused = 3

type question struct {
	ID   string `json:"id"`
	YAML string `json:"yaml"`
	Old  string `json:"old"` // where given, the answer is that to applying YAML over it
	Put  bool   `json:"put"` // YAML is sent as it is, as `kubectl replace` does
}

type answer struct {
	ID        string   `json:"id"`
	Decode    []string `json:"decode,omitempty"`
	Tolerated string   `json:"tolerated,omitempty"` // what is done with Decode instead of a refusal
	Fatal     string   `json:"fatal,omitempty"`
	Causes    []cause  `json:"causes,omitempty"`
	Warnings  []string `json:"warnings,omitempty"`
	Dropped   []string `json:"dropped,omitempty"`
	OK        bool     `json:"ok"`
}

type cause struct {
	Reason  string `json:"reason"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

func main() {
	gates := flag.String("feature-gates", "", "as the API server's: A=true,B=false")
	validation := flag.String("field-validation", strictly, "Strict, Warn or Ignore, as the request's parameter")
	// The API server's own default is false. But kubeadm, k3s, kind, minikube and the clouds all set it: a node needs
	// privileged Pods for its network and its volumes. A rejection would not be true for any real cluster.
	privileged := flag.Bool("allow-privileged", true, "as the API server's; unlike there, on by default")
	flag.Parse()

	quiet()
	capabilities.Setup(*privileged, 0)
	err := utilfeature.DefaultMutableFeatureGate.Set(*gates)
	if err == nil && *validation != strictly && *validation != withWarning && *validation != silently {
		err = fmt.Errorf("field-validation: %q", *validation)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(refused)
	}
	number, err := strconv.Atoi(minor)
	if err == nil {
		err = serve(server{minor: number, validation: *validation}, os.Stdin, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

// quiet discards the log: it is meant for those who run a cluster.
func quiet() {
	flags := flag.NewFlagSet("log", flag.PanicOnError)
	klog.InitFlags(flags)
	flags.Set("logtostderr", "false")
	flags.Set("stderrthreshold", "FATAL")
	klog.SetOutput(io.Discard)
}

// serve answers until there are no more questions.
func serve(s server, in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReaderSize(in, 1<<20))
	buffer := bufio.NewWriter(out)
	encoder := json.NewEncoder(buffer)
	for {
		var q question
		if err := decoder.Decode(&q); err == io.EOF {
			return buffer.Flush()
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(s.judge(q)); err != nil {
			return err
		}
	}
}
