package main

import (
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"sigs.k8s.io/yaml"
)

// The values of a request's fieldValidation.
const (
	strictly    = "Strict"
	withWarning = "Warn"
	silently    = "Ignore"
)

// tolerated says what happens to unknown and duplicate fields: "warned", "dropped", or "" if they are rejected. Before
// 1.25 the server does not know the parameter, and kubectl rejects them.
func (s server) tolerated() string {
	switch {
	case s.validation == strictly:
		return ""
	case s.validation == withWarning && s.minor >= 25:
		return "warned"
	}
	return "dropped"
}

const namespace = "default" // of a request for an object that names none

var (
	scheme = legacyscheme.Scheme
	strict = serializer(kjson.SerializerOptions{Yaml: true, Strict: true})
	lax    = serializer(kjson.SerializerOptions{Yaml: true})
)

func serializer(options kjson.SerializerOptions) runtime.Serializer {
	return kjson.NewSerializerWithOptions(kjson.DefaultMetaFactory, scheme, scheme, options)
}

// object is a manifest as the server has it: decoded, with its defaults, in the version that it works with.
type object struct {
	text     string
	gvk      schema.GroupVersionKind
	read     map[string]interface{} // as decoded, in the author's version
	internal runtime.Object
	meta     metav1.Object
	kind     *kind
	problems []string // unknown and duplicate fields
	warnings []string
}

// decode reads a manifest, or fails as the server (or, for what it does not serve, the client) would.
func (s server) decode(text string) (*object, error) {
	typed, err := scheme.New(gvkOf(text))
	if err == nil && s.removed(typed) {
		gvk := gvkOf(text)
		return nil, fmt.Errorf("no matches for kind %q in version %q", gvk.Kind, gvk.GroupVersion())
	}
	var problems []string
	if _, _, err := strict.Decode([]byte(text), nil, nil); runtime.IsStrictDecodingError(err) {
		problems = strictProblems(err, text)
	} else if err != nil {
		return nil, err
	}
	raw, gvk, err := lax.Decode([]byte(text), nil, nil)
	if err != nil {
		return nil, err
	}
	o := &object{text: text, gvk: *gvk, problems: problems}
	if text := s.deprecated(raw); text != "" {
		o.warnings = append(o.warnings, text)
	}
	return o, o.take(raw, namespace)
}

// take makes raw the object's content.
func (o *object) take(raw runtime.Object, namespace string) error {
	o.read = plain(raw)
	scheme.Default(raw)
	internal, err := scheme.ConvertToVersion(raw, batch.SchemeGroupVersion)
	if err != nil {
		return err
	}
	if o.kind = kindOf(internal); o.kind == nil {
		return fmt.Errorf("neither a Job nor a CronJob: %s", o.gvk)
	}
	o.internal = internal
	o.meta, err = metadata(internal, namespace)
	return err
}

// external is the object as a client would get it back.
func (o *object) external() map[string]interface{} {
	ext, err := scheme.ConvertToVersion(o.internal, o.gvk.GroupVersion())
	if err != nil {
		return nil
	}
	return plain(ext)
}

// plain is the content of an object without what only the server sets.
func plain(obj runtime.Object) (m map[string]interface{}) {
	data, _ := json.Marshal(obj)
	json.Unmarshal(data, &m)
	delete(m, "status")
	delete(m, "metadata")
	return m
}

// written is what the author wrote.
func written(text string) (m map[string]interface{}) {
	if data, err := yaml.YAMLToJSON([]byte(text)); err == nil {
		json.Unmarshal(data, &m)
	}
	return m
}

func gvkOf(text string) schema.GroupVersionKind {
	var t metav1.TypeMeta
	yaml.Unmarshal([]byte(text), &t)
	return schema.FromAPIVersionAndKind(t.APIVersion, t.Kind)
}
