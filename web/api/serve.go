package api

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"besedka/core/staff"
	"besedka/storage"
)

// call is one request of an authenticated person.
type call struct {
	ctx  context.Context
	now  time.Time
	by   staff.Person
	r    *http.Request
	key  string // Idempotency-Key
	body []byte
}

// Limits of a request.
const (
	maxBody = 64 << 10 // bytes
	maxKey  = 128      // bytes of an Idempotency-Key
)

// serve admits the caller, carries the route out and writes its answer.
func (a *api) serve(r route) http.HandlerFunc {
	return func(w http.ResponseWriter, req *http.Request) {
		c, err := a.admit(r, w, req)
		if err != nil {
			a.refuse(w, req, err)
			return
		}
		if r.stream != nil {
			if err := r.stream(a, c, w); err != nil {
				a.refuse(w, req, err)
			}
			return
		}
		answer, err := a.carryOut(r, c)
		if err != nil {
			a.refuse(w, req, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(answer.Status)
		_, _ = w.Write(answer.Body)
	}
}

// admit finds out who calls and whether they may.
func (a *api) admit(r route, w http.ResponseWriter, req *http.Request) (call, error) {
	token, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
	by, err := a.Staff.Authenticate(req.Context(), token)
	if err != nil {
		return call{}, err
	}
	c := call{ctx: req.Context(), now: a.Now(), by: by, r: req, key: req.Header.Get("Idempotency-Key")}
	if !by.May(r.permission) {
		return call{}, a.forbid(c, r)
	}
	if err := a.inScope(c, r); err != nil {
		return call{}, err
	}
	if r.method == http.MethodGet {
		return c, nil
	}
	if r.write != nil && (c.key == "" || len(c.key) > maxKey || !storable(c.key)) {
		return call{}, invalid{"send an Idempotency-Key header of 1 to 128 bytes: the same key is the same request"}
	}
	c.body, err = io.ReadAll(http.MaxBytesReader(w, req.Body, cmp.Or(r.body, maxBody)))
	return c, err
}

// storable says whether a database column takes the text.
func storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

func (a *api) carryOut(r route, c call) (staff.Answer, error) {
	if r.read != nil {
		return answered(r.read(a, c))
	}
	do, err := r.write(a, c)
	if err != nil {
		return staff.Answer{}, err
	}
	request := staff.Request{Staff: c.by.ID, Key: c.key, Hash: a.hash(c)}
	answer, err := a.Staff.Once(c.ctx, c.now, request, func(ctx context.Context, tx storage.Tx) (staff.Answer, error) {
		return answered(do(ctx, tx))
	})
	if err != nil || r.shown == nil {
		return answer, err
	}
	return answered(r.shown(a, c, answer.Body))
}

func answered(v any, err error) (staff.Answer, error) {
	if err != nil {
		return staff.Answer{}, err
	}
	body, err := json.Marshal(v)
	return staff.Answer{Status: http.StatusOK, Body: append(body, '\n')}, err
}

// hash tells apart requests that come under one key. It takes the master key: a
// body may hold a phone, and all phones there are can be tried on a plain hash.
func (a *api) hash(c call) []byte {
	return a.Keys.Index("request", c.r.Method+" "+c.r.URL.Path+"\n"+string(c.body))
}

// id is the number in the path.
func (c call) id() (int64, error) {
	n, err := strconv.ParseInt(c.r.PathValue("id"), 10, 64)
	if err != nil || n < 1 {
		return 0, invalid{"the id in the path must be a whole number"}
	}
	return n, nil
}

// decode reads the body into v, a struct; a field it does not know is refused.
func (c call) decode(v any) error {
	d := json.NewDecoder(bytes.NewReader(c.body))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return invalid{"the body must be one JSON object as /api/openapi.json describes it: " + err.Error()}
	}
	return nil
}
