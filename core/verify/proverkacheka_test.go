package verify_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"besedka/core/verify"
)

// checkWith is what a proverkacheka.com with this one reply says of a receipt.
func checkWith(t *testing.T, text string, handler http.HandlerFunc) (verify.Class, time.Duration) {
	t.Helper()
	server := httptest.NewServer(handler)
	defer server.Close()
	now, q := time.Date(2026, 3, 1, 9, 35, 0, 0, time.UTC), parse(t, text)
	a, err := verify.NewProverkacheka(server.URL+"/", "7.sekret").Check(t.Context(), now, q)
	if err != nil {
		f := failureOf(t, err)
		return f.Class, f.RetryAfter
	}
	return a.Judge(q, q.Time.In(time.UTC), now).Class, 0
}

func TestChecks(t *testing.T) {
	t.Parallel()
	const found = `{"code":1,"first":0,"data":{"json":` + contents + `,"html":"<table>"},"request":{}}`
	for _, tt := range []struct {
		name, body string
		status     int
		want       verify.Class
		wait       time.Duration
	}{
		{"found", found, 200, verify.Verified, 0},
		{"invalid", `{"code":0,"first":0,"data":"Чек некорректен"}`, 200, verify.Unsure, 0},
		{"not there", `{"code":2,"first":0,"data":"Данные чека пока не получены"}`, 200, verify.NotArrived, 0},
		{"quota", `{"code":3,"first":0,"data":"Превышено количество запросов"}`, 200, verify.RateDaily, 11*time.Hour + 25*time.Minute},
		{"too soon", `{"code":4,"first":0,"data":"Ожидание перед повторным запросом"}`, 200, verify.NotArrived, 0},
		{"something", `{"code":5,"first":0,"data":"Прочее (данные не получены)"}`, 200, verify.Outage, 0},
		{"a code never seen", `{"code":99,"data":{"oh":1}}`, 200, verify.Unknown, 0},
		{"found and a text", `{"code":1,"data":"Чек найден"}`, 200, verify.Unknown, 0},
		{"found and nothing", `{"code":1,"data":{"json":{},"html":""}}`, 200, verify.Unknown, 0},
		{"no code", `{"data":"Чек найден"}`, 200, verify.Protocol, 0},
		{"a list", `[]`, 200, verify.Protocol, 0},
		{"nothing", ``, 200, verify.Protocol, 0},
		{"half", found[:len(found)/2], 200, verify.Protocol, 0},
		{"a gateway", `<html>Bad Gateway</html>`, 502, verify.Outage, 0},
		{"found with status 500", found, 500, verify.Outage, 0},
		{"a limit", `{}`, 429, verify.RateShort, time.Minute},
		{"a token refused", `{}`, 401, verify.Config, 0},
		{"elsewhere", ``, 302, verify.Protocol, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, wait := checkWith(t, text, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != "POST" || r.URL.Path != "/api/v1/check/get" || r.PostFormValue("token") != "7.sekret" || r.PostFormValue("qrraw") != text {
					t.Errorf("asked by %s %s with %v", r.Method, r.URL, r.PostForm)
				}
				w.Header().Set("Location", "/login")
				w.Header().Set("Retry-After", "60")
				w.WriteHeader(tt.status)
				w.Write([]byte(tt.body)) //nolint:errcheck // the client has gone
			})
			if got != tt.want || wait != tt.wait {
				t.Errorf("%s after %v, want %s after %v", got, wait, tt.want, tt.wait)
			}
		})
	}
}

// TestCheckIsHeldToTheCode: a receipt of somebody else's is none.
func TestCheckIsHeldToTheCode(t *testing.T) {
	t.Parallel()
	got, _ := checkWith(t, "t=20260301T1230&s=2350.00&fn=7284440500123456&i=4711&fp=3141592653&n=1", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte(`{"code":1,"data":{"json":` + contents + `}}`)) //nolint:errcheck // the client has gone
	})
	if got != verify.Mismatch {
		t.Errorf("another sum: %s", got)
	}
}

func TestCutOffCheckIsAnOutage(t *testing.T) {
	t.Parallel()
	got, _ := checkWith(t, text, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	if got != verify.Outage {
		t.Errorf("cut off: %s", got)
	}
}

// TestRealChecks reads what the real service was seen to answer.
func TestRealChecks(t *testing.T) {
	t.Parallel()
	const folder = "../../../shared/data/fiscal/proverkacheka"
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		t.Skipf("SKIPPED: the corpus of checks is not here (%s)", folder)
	}
	want := map[string]verify.Class{
		"code0-invalid.json": verify.Unsure, "code2-pending.json": verify.NotArrived, "code3-rate.json": verify.RateDaily,
		"code4-wait.json": verify.NotArrived, "code5-other.json": verify.Outage,
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := checkWith(t, text, func(w http.ResponseWriter, _ *http.Request) {
			w.Write(body) //nolint:errcheck // the client has gone
		})
		if got != want[filepath.Base(file)] {
			t.Errorf("%s: %s, want %q", filepath.Base(file), got, want[filepath.Base(file)])
		}
	}
	receipts, _ := filepath.Glob(filepath.Join(folder, "../receipts/pc-*.json"))
	for _, file := range receipts {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := checkWith(t, text, func(w http.ResponseWriter, _ *http.Request) {
			w.Write(body) //nolint:errcheck // the client has gone
		})
		if got != verify.Mismatch { // read to its end, and of another receipt than ours
			t.Errorf("%s: %s", filepath.Base(file), got)
		}
	}
}
