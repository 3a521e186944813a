package main

import (
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/strategicpatch"
	"k8s.io/apiserver/pkg/registry/rest"
	"sigs.k8s.io/yaml"
)

// update does what `kubectl apply` and the registry do if the object already exists, created from q.Old and not run yet;
// if q.Put is set, it does what `kubectl replace` does. An error that begins with "old: " or "merge: " says that there was
// no update to judge.
func (s server) update(o *object, q question, a *answer) error {
	old, err := s.stored(q.Old, o)
	if err != nil {
		return fmt.Errorf("old: %w", forgotten(err))
	}
	verb := "update" // the request's body is the whole object
	if !q.Put {
		verb = "patch"
		merged, err := merge(q, old, o)
		if err != nil {
			return fmt.Errorf("merge: %w", forgotten(err))
		}
		if err := o.take(merged, old.meta.GetNamespace()); err != nil {
			return err
		}
	}
	old.meta.SetResourceVersion("1")
	o.meta.SetResourceVersion("1")
	err = rest.BeforeUpdate(o.kind.strategy, s.context(o, verb, a), o.internal, old.internal)
	a.Dropped = dropped(o.read, o.external(), written(q.YAML))
	return err
}

// stored is the object in the store after a manifest was created.
func (s server) stored(text string, successor *object) (*object, error) {
	raw, gvk, err := lax.Decode([]byte(text), nil, nil)
	if err != nil {
		return nil, err
	}
	old := &object{text: text, gvk: *gvk}
	if err := old.take(raw, successor.meta.GetNamespace()); err != nil {
		return nil, err
	}
	if name := old.meta.GetName(); name == "" || name != successor.meta.GetName() ||
		old.meta.GetNamespace() != successor.meta.GetNamespace() || old.kind.resource != successor.kind.resource {
		return nil, fmt.Errorf("another object")
	}
	return old, rest.BeforeCreate(old.kind.strategy, s.context(old, "create", nil), old.fresh())
}

// merge is kubectl's three-way merge: it removes what is in the old manifest but not in the new one, and keeps what only the
// server has set.
func merge(q question, live, modified *object) (runtime.Object, error) {
	original, err := yaml.YAMLToJSON([]byte(q.Old))
	if err != nil {
		return nil, err
	}
	wanted, err := yaml.YAMLToJSON([]byte(q.YAML))
	if err != nil {
		return nil, err
	}
	external, err := scheme.ConvertToVersion(live.internal, modified.gvk.GroupVersion())
	if err != nil {
		return nil, err
	}
	current, err := json.Marshal(external)
	if err != nil {
		return nil, err
	}
	typed, err := scheme.New(modified.gvk)
	if err != nil {
		return nil, err
	}
	fields, err := strategicpatch.NewPatchMetaFromStruct(typed)
	if err != nil {
		return nil, err
	}
	patch, err := strategicpatch.CreateThreeWayMergePatch(original, wanted, current, fields, true)
	if err != nil {
		return nil, err
	}
	result, err := strategicpatch.StrategicMergePatch(current, patch, typed)
	if err != nil {
		return nil, err
	}
	raw, _, err := lax.Decode(result, &modified.gvk, nil)
	return raw, err
}

// forgotten keeps the text of an error without its causes: they are the old manifest's.
func forgotten(err error) error { return fmt.Errorf("%v", err) }
