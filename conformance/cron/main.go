// Asks robfig/cron, the library that Kubernetes reads schedules with, about schedules.
//
// One question per line on standard input, one answer per line on standard output, both JSON. ZONEINFO must point at the
// zone files to use, so that they are the same as joblint's.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"
	"reflect"
	"time"

	cron1 "github.com/robfig/cron"
	cron3 "github.com/robfig/cron/v3"
)

// RFC 3339, with seconds in offsets, which some old ones have.
const layout = "2006-01-02T15:04:05Z07:00:00"

// Kubernetes 1.21 has v1 of the library ("legacy" in joblint), all later minors have v3.
type question struct {
	Schedule string `json:"schedule"`
	Legacy   bool   `json:"legacy"`
	Zone     string `json:"zone"`
	After    string `json:"after"`
	Count    int    `json:"count"`
}

type answer struct {
	Error string   `json:"error,omitempty"`
	Bits  []uint64 `json:"bits,omitempty"`  // minute, hour, day of month, month, day of week; bit 63 is the star
	Every int64    `json:"every,omitempty"` // seconds
	Next  []string `json:"next,omitempty"`
	Hangs bool     `json:"hangs,omitempty"` // the last Next never came back
}

type schedule interface {
	Next(time.Time) time.Time
}

// parse turns a panic of the library into an error, as the API server does since 1.35.
func parse(text string, legacy bool) (s schedule, problem string) {
	defer func() {
		if p := recover(); p != nil {
			s, problem = nil, "panic"
		}
	}()
	var err error
	if legacy {
		s, err = cron1.ParseStandard(text)
	} else {
		s, err = cron3.ParseStandard(text)
	}
	if err != nil {
		return nil, err.Error()
	}
	return s, ""
}

func describe(s schedule) (bits []uint64, every int64) {
	v := reflect.Indirect(reflect.ValueOf(s))
	if delay := v.FieldByName("Delay"); delay.IsValid() {
		return nil, delay.Int() / int64(time.Second)
	}
	for _, name := range []string{"Minute", "Hour", "Dom", "Month", "Dow"} {
		bits = append(bits, v.FieldByName(name).Uint())
	}
	return bits, 0
}

// next gives up on a search that does not end: this happens if a zone skips a whole day.
func next(s schedule, t time.Time) (time.Time, bool) {
	found := make(chan time.Time, 1)
	go func() { found <- s.Next(t) }()
	select {
	case u := <-found:
		return u, true
	case <-time.After(5 * time.Second):
		return time.Time{}, false
	}
}

func ask(q question) (a answer) {
	s, problem := parse(q.Schedule, q.Legacy)
	if problem != "" {
		return answer{Error: problem}
	}
	a.Bits, a.Every = describe(s)
	zone, err := time.LoadLocation(q.Zone)
	if err != nil {
		log.Fatal(err)
	}
	t, err := time.Parse(time.RFC3339Nano, q.After)
	if err != nil {
		log.Fatal(err)
	}
	t = t.In(zone)
	for range q.Count {
		u, ok := next(s, t)
		if !ok {
			a.Hangs = true
			break
		}
		if u.IsZero() {
			break
		}
		a.Next = append(a.Next, u.Format(layout))
		t = u
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
