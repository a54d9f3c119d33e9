package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/fiscal"
)

// checked is a reply of proverkacheka.com as a client of another hand reads it.
type checked struct {
	Status  int
	Code    int             `json:"code"`
	Data    json.RawMessage `json:"data"`
	Request any             `json:"request"`
	retry   string
}

func (c checked) text() (s string) {
	_ = json.Unmarshal(c.Data, &s) // "" when the data is an object
	return s
}

// askCheck sends a form, or the same as multipart.
func askCheck(t *testing.T, site string, whole bool, fields url.Values) checked {
	t.Helper()
	kind, body := "application/x-www-form-urlencoded", bytes.NewBufferString(fields.Encode())
	if whole {
		body.Reset()
		w := multipart.NewWriter(body)
		for key := range fields {
			w.WriteField(key, fields.Get(key)) //nolint:errcheck // a bytes.Buffer never fails
		}
		w.Close() //nolint:errcheck // neither
		kind = w.FormDataContentType()
	}
	resp, err := http.Post(site+checkPath, kind, body) //nolint:noctx // a test's server ends with it
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	c := checked{Status: resp.StatusCode, Code: -1, retry: resp.Header.Get("Retry-After")}
	_ = json.NewDecoder(resp.Body).Decode(&c) // what is no JSON shows by its code of -1
	return c
}

func raw(qr string) url.Values { return url.Values{"token": {"1.good"}, "qrraw": {qr}} }

const bread = `{"operationType":1,"fiscalDriveNumber":"9289000100000001","fiscalDocumentNumber":%d,"fiscalSign":77,` +
	`"dateTime":"2026-03-01T11:59:00","totalSum":50900,"items":[{"name":"Хлеб <ржаной>","price":50900,"quantity":1,"sum":50900}]}`

func TestCheckAnswers(t *testing.T) {
	t.Parallel()
	now := noon
	e, server := start(t, Config{Strict: true, ChecksADay: 1000, Now: func() time.Time { return now }})
	add := func(n int, arrives time.Duration, v Verdict) string {
		qr, err := e.AddReceipt(fmt.Appendf(nil, bread, n), arrives, v)
		if err != nil {
			t.Fatal(err)
		}
		return qr
	}
	good, forged, late := add(1, 0, OK), add(2, 0, Forged), add(3, 2*time.Minute, OK)
	fields := url.Values{
		"token": {"1.good"}, "fn": {"9289000100000001"}, "fd": {"1"}, "fp": {"77"}, "t": {"20260301t1159"}, "n": {"1"}, "s": {"509"}, "qr": {"0"},
	}
	for _, tt := range []struct {
		name   string
		fields url.Values
		after  time.Duration
		code   int
	}{
		{"by its code", raw(good), 0, checkFound},
		{"by its fields, rubles alone", fields, 0, checkFound},
		{"another sum", raw(strings.Replace(good, "509.00", "508.00", 1)), 0, checkInvalid},
		{"forged", raw(forged), 0, checkInvalid},
		{"never heard of", raw(strings.Replace(good, "i=1", "i=9", 1)), 0, checkInvalid},
		{"not fiscal", raw("https://example.com"), 0, checkInvalid},
		{"on its way", raw(late), 0, checkPending},
		{"again too soon", raw(late), time.Second, checkTooSoon},
		{"again", raw(late), repeatAfter, checkPending},
		{"arrived", raw(late), time.Minute, checkFound},
	} {
		now = now.Add(tt.after)
		for _, whole := range []bool{false, true} {
			if tt.code == checkPending && whole {
				continue // that would be too soon
			}
			c := askCheck(t, server.URL, whole, tt.fields)
			if c.Status != http.StatusOK || c.Code != tt.code || c.text() != checkTexts[tt.code] {
				t.Errorf("%s (multipart %v): %d %d %s", tt.name, whole, c.Status, c.Code, c.Data)
			}
			if (c.Request != nil) != (tt.code == checkFound) {
				t.Errorf("%s: echo %v", tt.name, c.Request)
			}
		}
	}
	receipt, err := fiscal.ParseReceipt(askCheck(t, server.URL, false, raw(good)).Data)
	if err != nil || receipt.QR().String() != good {
		t.Errorf("contents of %s: %v", receipt.QR(), err)
	}
}

func TestCheckNeedsATokenAndReadsNoPictures(t *testing.T) {
	t.Parallel()
	_, server := start(t, Config{})
	if c := askCheck(t, server.URL, false, url.Values{"qrraw": {"t=1"}}); c.Status != http.StatusUnauthorized {
		t.Errorf("without a token: %+v", c)
	}
	if c := askCheck(t, server.URL, true, url.Values{"token": {"1"}, "qrurl": {"https://example.com/qr.png"}}); c.Status != http.StatusNotImplemented {
		t.Errorf("a link to a picture: %+v", c)
	}
}

// TestCheckQuota: a free token has 15 requests until midnight in Moscow.
func TestCheckQuota(t *testing.T) {
	t.Parallel()
	now := noon
	_, server := start(t, Config{Now: func() time.Time { return now }})
	const qr = "t=20260301T1159&s=509.00&fn=9289000100000001&i=1&fp=77&n=1"
	for i := range freeChecks + 2 {
		want := checkFound
		if i >= freeChecks {
			want = checkTooMany
		}
		if c := askCheck(t, server.URL, false, raw(qr)); c.Code != want {
			t.Errorf("request %d: %+v, want %d", i+1, c, want)
		}
	}
	if c := askCheck(t, server.URL, false, url.Values{"token": {"2.other"}, "qrraw": {qr}}); c.Code != checkFound {
		t.Errorf("another token: %+v", c)
	}
	now = noon.Add(12 * time.Hour)
	if c := askCheck(t, server.URL, false, raw(qr)); c.Code != checkFound {
		t.Errorf("at midnight: %+v", c)
	}
}

func TestCheckFaults(t *testing.T) {
	t.Parallel()
	e, server := start(t, Config{ChecksADay: 1000})
	const qr = "t=20260301T1159&s=509.00&fn=9289000100000001&i=1&fp=77&n=1"
	for kind, want := range map[Fault][2]int{
		Rate: {http.StatusTooManyRequests, -1}, Daily: {http.StatusOK, checkTooMany}, Auth: {http.StatusUnauthorized, -1},
		NotFound: {http.StatusOK, checkPending}, Wait: {http.StatusOK, checkTooSoon}, Other: {http.StatusOK, checkOther},
	} {
		if status, body := post(t, server.URL+"/__emu/faults", "", `{"provider":"proverkacheka","kind":"`+string(kind)+`"}`); status != 200 {
			t.Fatal(body)
		}
		c := askCheck(t, server.URL, false, raw(strings.Replace(qr, "i=1", fmt.Sprint("i=", len(e.Calls())+2), 1)))
		if c.Status != want[0] || c.Code != want[1] || (c.retry != "") != (kind == Rate) {
			t.Errorf("%s: %+v, want %v", kind, c, want)
		}
		if got := e.Faults(); len(got) != 0 {
			t.Errorf("%s: the tax service has %v", kind, got)
		}
		if err := e.ClearFaults(); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Trouble(Proverkacheka, Slow, 0); err == nil {
		t.Error("a fault that it does not know is switched on")
	}
	if err := e.Trouble(Proverkacheka, Down, 0); err != nil {
		t.Fatal(err)
	}
	if resp, err := http.PostForm(server.URL+checkPath, raw(qr)); err == nil { //nolint:noctx // a test's server ends with it
		resp.Body.Close()
		t.Errorf("while it is down: %s", resp.Status)
	}
}

// TestCheckLikeTheRealOne: replies that were seen, and the echo of one receipt.
func TestCheckLikeTheRealOne(t *testing.T) {
	t.Parallel()
	const folder = "../../../../shared/data/fiscal/"
	for code, name := range map[int]string{0: "code0-invalid", 2: "code2-pending", 3: "code3-rate", 4: "code4-wait", 5: "code5-other"} {
		seen, err := os.ReadFile(filepath.Join(folder, "proverkacheka", name+".json"))
		if err != nil {
			t.Skipf("SKIPPED: the corpus of replies is not here (%s)", folder)
		}
		if diff := cmp.Diff(anything(t, seen), anything(t, []byte(checkBody(code, fiscal.QR{}, nil)))); diff != "" {
			t.Errorf("%s (-seen +ours): %s", name, diff)
		}
	}
	seen, err := os.ReadFile(filepath.Join(folder, "receipts", "pc-kfc-2021-with-request-echo.json"))
	if err != nil {
		t.Fatal(err)
	}
	e, server := start(t, Config{Strict: true, Now: func() time.Time { return time.Date(2021, 7, 21, 21, 0, 0, 0, moscow) }})
	if _, err := e.AddReceipt(seen, 0, OK); err != nil {
		t.Fatal(err)
	}
	theirs := anything(t, seen).(map[string]any)["request"]
	c := askCheck(t, server.URL, false, raw(theirs.(map[string]any)["qrraw"].(string)))
	if diff := cmp.Diff(theirs, c.Request); diff != "" {
		t.Errorf("echo (-seen +ours): %s", diff)
	}
	got, err := fiscal.ParseReceipt(c.Data)
	want, _ := fiscal.ParseReceipt(seen)
	if diff := cmp.Diff(want.QR().String(), got.QR().String()); err != nil || diff != "" || len(got.Lines) != len(want.Lines) {
		t.Errorf("%v: %s", err, diff)
	}
}

func anything(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// FuzzCheck: whatever is sent, the emulator answers and lives.
func FuzzCheck(f *testing.F) {
	f.Add("application/x-www-form-urlencoded", "token=1&fn=9289000100000001&fd=1&fp=77&t=20260301t1159&n=1&s=509")
	f.Add("application/x-www-form-urlencoded", "token=1&qrraw=t%3D20260301T1159%26s%3D509.00%26fn%3D9289000100000001%26i%3D1%26fp%3D77%26n%3D2")
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"qrraw\"\r\n\r\nt=1\r\n--x--\r\n")
	f.Add("multipart/form-data", "")
	f.Fuzz(func(t *testing.T, kind, body string) {
		e, err := New(Config{Now: func() time.Time { return noon }, ChecksADay: 2})
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, checkPath, strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code == http.StatusOK && !json.Valid(w.Body.Bytes()) {
			t.Errorf("not JSON: %q", w.Body)
		}
	})
}
