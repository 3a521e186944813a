package main

import (
	"context"
	"errors"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/endpoints/deprecation"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/warning"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
)

// server is what an answer depends on, in addition to the gates and other global state in Kubernetes' own code.
type server struct {
	minor      int
	validation string // the request's fieldValidation
}

// kind is how objects of one resource are stored.
type kind struct {
	resource string
	strategy interface {
		rest.RESTCreateStrategy
		rest.RESTUpdateStrategy
	}
}

// kindOf is nil if the object is neither a Job nor a CronJob.
func kindOf(obj runtime.Object) *kind {
	switch obj.(type) {
	case *batch.Job:
		return &kind{"jobs", job.Strategy}
	case *batch.CronJob:
		return &kind{"cronjobs", cronjob.Strategy}
	}
	return nil
}

// judge answers one question. A panic in Kubernetes' code would be an internal error to the client.
func (s server) judge(q question) (a answer) {
	a.ID = q.ID
	defer func() {
		if r := recover(); r != nil {
			a.Fatal, a.OK = fmt.Sprint("panic: ", r), false
		}
	}()
	read, err := s.decode(q.YAML)
	if err != nil {
		a.Fatal = err.Error()
		return a
	}
	a.Warnings = read.warnings
	if a.Decode = read.problems; len(a.Decode) > 0 {
		a.Tolerated = s.tolerated()
	}
	if q.Old == "" {
		err = s.create(read, &a)
	} else {
		err = s.update(read, q, &a)
	}
	a.blame(err)
	a.OK = err == nil && (len(a.Decode) == 0 || a.Tolerated != "")
	return a
}

// create does what the registry does before it stores a new object.
func (s server) create(o *object, a *answer) error {
	err := rest.BeforeCreate(o.kind.strategy, s.context(o, "create", a), o.fresh())
	a.Dropped = dropped(o.read, o.external(), written(o.text))
	return err
}

// fresh is the object with the metadata that the registry sets before it validates a new one.
func (o *object) fresh() runtime.Object {
	rest.FillObjectMetaSystemFields(o.meta)
	if o.meta.GetName() == "" && o.meta.GetGenerateName() != "" {
		o.meta.SetName(o.kind.strategy.GenerateName(o.meta.GetGenerateName()))
	}
	return o.internal
}

// context is that of a request to the object's own namespace; warnings go to a, if it is set.
func (s server) context(o *object, verb string, a *answer) context.Context {
	info := &request.RequestInfo{
		IsResourceRequest: true, Verb: verb, APIGroup: o.gvk.Group, APIVersion: o.gvk.Version,
		Resource: o.kind.resource, Namespace: o.meta.GetNamespace(), Name: o.meta.GetName(),
	}
	ctx := request.WithRequestInfo(request.WithNamespace(request.NewContext(), o.meta.GetNamespace()), info)
	if a != nil {
		ctx = warning.WithWarningRecorder(ctx, (*recorder)(a))
	}
	return ctx
}

// recorder keeps the warnings that the client would have received.
type recorder answer

func (r *recorder) AddWarning(_, text string) { r.Warnings = append(r.Warnings, text) }

// blame adds the causes of a rejection, or its whole text if it has none.
func (a *answer) blame(err error) {
	if err == nil {
		return
	}
	var status *apierrors.StatusError
	if errors.As(err, &status) && status.ErrStatus.Details != nil {
		for _, c := range status.ErrStatus.Details.Causes {
			a.Causes = append(a.Causes, cause{string(c.Type), c.Field, c.Message})
		}
	}
	if len(a.Causes) == 0 {
		a.Fatal = err.Error()
	}
}

// removed says whether the minor no longer serves such objects; their types stay in the code for longer.
func (s server) removed(obj runtime.Object) bool {
	r, ok := obj.(interface{ APILifecycleRemoved() (int, int) })
	if !ok {
		return false
	}
	_, gone := r.APILifecycleRemoved()
	return s.minor >= gone
}

// deprecated is the warning that every request for such an object gets, "" if there is none.
func (s server) deprecated(obj runtime.Object) string {
	if !deprecation.IsDeprecated(obj, 1, s.minor) {
		return ""
	}
	return deprecation.WarningMessage(obj)
}

// metadata is the object's own, with the namespace of the request in it.
func metadata(obj runtime.Object, namespace string) (metav1.Object, error) {
	m, err := meta.Accessor(obj)
	if err == nil && m.GetNamespace() == "" {
		m.SetNamespace(namespace)
	}
	return m, err
}
