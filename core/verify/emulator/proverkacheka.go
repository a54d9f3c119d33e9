package emulator

import (
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"net/http"
	"strings"
	"time"

	"besedka/core/fiscal"
)

const (
	checkPath   = "/api/v1/check/get"
	freeChecks  = 15               // a day, for a token that nobody pays for
	repeatAfter = 30 * time.Second // before a receipt that was not there may be asked for again; our guess
)

// Codes of proverkacheka.com.
const (
	checkInvalid = iota // forged or mistyped: it does not tell which
	checkFound
	checkPending
	checkTooMany
	checkTooSoon
	checkOther
)

// checkTexts stand in place of the data, unless a receipt was found.
var checkTexts = map[int]string{
	checkInvalid: "Чек некорректен",
	checkPending: "Данные чека пока не получены",
	checkTooMany: "Превышено количество запросов",
	checkTooSoon: "Ожидание перед повторным запросом",
	checkOther:   "Прочее (данные не получены)",
}

// checks is what the emulator remembers as proverkacheka.com.
type checks struct {
	spent   quota                // by token
	pending map[string]time.Time // when a receipt was last found missing, by its text
}

// check serves proverkacheka.com's one call.
func (e *Emulator) check(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
	if err := r.ParseMultipartForm(maxRequest); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		http.Error(w, "neither a form nor multipart", http.StatusBadRequest)
		return
	}
	text := claimed(r)
	if text == "" {
		http.Error(w, "the emulator reads qrraw, or fn, fd, fp, t, n, s; no pictures and no links", http.StatusNotImplemented)
		return
	}
	s := e.cut(Proverkacheka, "check", w, r)
	out := e.locked(func() reply {
		return e.spoil(s, badChecks, e.checked(r.PostForm.Get("token"), text, s.kind))
	})
	if out.status == http.StatusTooManyRequests {
		w.Header().Set("Retry-After", "60")
	}
	e.write(w, "application/json; charset=utf-8", out)
}

// claimed is the QR text that a request asks about, "" when it has none: given
// whole or in its six fields.
func claimed(r *http.Request) string {
	f := r.PostForm
	if raw := f.Get("qrraw"); raw != "" || !f.Has("fn") {
		return raw
	}
	return "t=" + f.Get("t") + "&s=" + f.Get("s") + "&fn=" + f.Get("fn") + "&i=" + f.Get("fd") + "&fp=" + f.Get("fp") + "&n=" + f.Get("n")
}

// checked answers for one receipt. Any token will do, as long as there is one;
// how a bad one and too many requests are refused is our guess.
func (e *Emulator) checked(token, text string, f Fault) reply {
	asked, _ := fiscal.Parse(text) // this service answers for returns too
	asked.SumAmbiguous = false     // it reads rubles
	call := Call{Call: "check", QR: asked.String()}
	if asked.FN == "" {
		call.QR = ""
	}
	switch {
	case token == "" || f == Auth:
		call.Answer = "token"
		e.log(call)
		return reply{http.StatusUnauthorized, `{"error":"token"}`}
	case f == Rate:
		call.Answer = "429"
		e.log(call)
		return reply{http.StatusTooManyRequests, `{"error":"too many requests"}`}
	}
	code, contents := e.weigh(token, asked, f)
	call.Answer = fmt.Sprint(code)
	e.log(call)
	return reply{http.StatusOK, checkBody(code, asked, contents)}
}

// weigh finds the code, and the contents of a receipt that is there.
func (e *Emulator) weigh(token string, asked fiscal.QR, f Fault) (code int, contents []byte) {
	now, text := e.now(), asked.String()
	switch {
	case e.checks.spent.spend(now, token) > e.cfg.ChecksADay || f == Daily:
		return checkTooMany, nil
	case f == Wait || now.Sub(e.checks.pending[text]) < repeatAfter:
		return checkTooSoon, nil
	case f == Other:
		return checkOther, nil
	case asked.FN == "":
		return checkInvalid, nil
	}
	found, contents := e.find(asked, now)
	switch {
	case found == "200" && f == Another:
		return checkFound, another(contents)
	case found == "200" && f != NotFound:
		return checkFound, contents
	case found == "406":
		return checkInvalid, nil
	}
	e.checks.pending[text] = now
	return checkPending, nil
}

// checkBody is a reply. Its data is a string in all cases but one, and only then
// it tells what was asked.
func checkBody(code int, asked fiscal.QR, contents []byte) string {
	body := map[string]any{"code": code, "first": 0, "data": checkTexts[code]}
	if code == checkFound {
		body["data"] = map[string]any{"json": withMetadata(contents, asked), "html": checkHTML(contents)}
		body["request"] = echo(asked)
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic("write a check: " + err.Error()) // the contents were read as JSON before
	}
	return string(text)
}

// echo is what was asked as this service repeats it: times with a small t, whole
// rubles without their kopecks.
func echo(q fiscal.QR) map[string]any {
	raw := strings.Replace(q.String(), "T", "t", 1)
	at, _, _ := strings.Cut(strings.TrimPrefix(raw, "t="), "&")
	return map[string]any{
		"qrurl": "", "qrfile": "", "qrraw": raw,
		"manual": map[string]string{
			"fn": q.FN, "fd": fmt.Sprint(q.FD), "fp": fmt.Sprint(q.FP), "check_time": at, "type": fmt.Sprint(int(q.Operation)),
			"sum": strings.TrimSuffix(rubles(fmt.Sprint(q.Sum)), ".00"),
		},
	}
}

// withMetadata is the bare receipt with what this service adds to it.
func withMetadata(contents []byte, q fiscal.QR) map[string]json.RawMessage {
	object := bare(contents)
	object["metadata"] = fmt.Appendf(nil, `{"id":%d,"ofdId":"ofd7","address":"","subtype":"receipt","receiveDate":"%sZ"}`,
		3806554190000000000+int64(sign(contents)), q.Time.Seconds())
	return object
}

// checkHTML is the receipt for people.
func checkHTML(contents []byte) string {
	receipt, _ := fiscal.ParseReceipt(contents) // read before it was stored
	var b strings.Builder
	b.WriteString(`<table class="b-check_table table"><tbody>`)
	fmt.Fprintf(&b, `<tr><td colspan="3" class="b-check_center">%s</td></tr>`, html.EscapeString(receipt.Seller))
	for i, line := range receipt.Lines {
		fmt.Fprintf(&b, `<tr class="b-check_item"><td>%d</td><td>%s</td><td>%s</td></tr>`,
			i+1, html.EscapeString(line.Name), rubles(fmt.Sprint(line.Sum)))
	}
	fmt.Fprintf(&b, `<tr class="b-check_itogo"><td colspan="2">ИТОГО:</td><td>%s</td></tr></tbody></table>`, rubles(fmt.Sprint(receipt.Total)))
	return b.String()
}
