package verify_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"besedka/core/verify"
)

// TestCodes: every result code of the service, official or met by its users, and
// what no table knows.
func TestCodes(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]verify.Class{
		"400": verify.Format, "452": verify.Format, "453": verify.Format, "531": verify.Format,
		"404": verify.NotArrived, "455": verify.NotArrived,
		"406": verify.Forged, "454": verify.Forged,
		"503": verify.Outage,
		"528": verify.Unknown, "599": verify.Unknown, "": verify.Unknown,
		"200": verify.Unknown, // and no contents
	} {
		result := `<k:Result><k:Code>` + code + `</k:Code><k:Message>слова</k:Message></k:Result>`
		if got := answered(t, http.StatusOK, completed(result)); got != want {
			t.Errorf("code %s: %s, want %s", code, got, want)
		}
	}
	if got := answered(t, http.StatusOK, completed(`<k:Fault><k:Message>Описание ошибки сервиса</k:Message></k:Fault>`)); got != verify.Unknown {
		t.Errorf("a fault in place of the result: %s", got)
	}
}

// TestFaultTexts: every SOAP fault of the service in its own words, with the status
// 500 that it should have and the 200 that it has at times. A text that is not
// known here is tried as often as an unknown code.
func TestFaultTexts(t *testing.T) {
	t.Parallel()
	const async = "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/types/1.0"
	for _, tt := range []struct {
		code, text, detail string
		want               verify.Class
	}{
		{"soap:Server", "Произошел timeout ожидания ответа", "", verify.Outage},
		{"soap:Server", "Доступ к сервису для переданного IP, запрещен", "", verify.Config},
		{"soap:Server", "Доступ к сервису для token запрещен", "AuthenticationFault", verify.Auth},
		{"soap:Server", "Доступ к сервису для token запрещен", "", verify.Auth},
		{"soap:Server", "Не удалось обнаружить требуемые заголовки в переданном запросе", "", verify.Config},
		{"soap:Server", "Превышен общий дневной лимит запросов, приложением TestAppId-1", "", verify.RateDaily},
		{"soap:Server", "Превышен лимит запросов метода GetTicketRequest", "", verify.RateShort},
		{"soap:Server", "Метод GetTicketRequest отсутствует в списке доступа для переданного токена", "", verify.Config},
		{"soap:Server", "По переданному MessageId: 1 сообщение не найдено", "MessageNotFoundFault", verify.Expired},
		{"soap:Server", "По переданному MessageId: 1 сообщение не найдено", "", verify.Expired},
		{"soap:Server", "Превышено количество запросов метода GetMessage по уникальному MessageID. Повторите запрос позже.", "RateLimitingFault", verify.RateShort},
		{"soap:Server", "Произошла внутренняя ошибка 00c5b2ae. При повторении ошибки обратитесь в службу технической поддержки.", "", verify.Outage},
		{"soap:Client", "Unmarshalling Error: cvc-complex-type.2.4.a: Invalid content was found", "", verify.Protocol},
		{"soap:Server", "Значение ЭЦП не прошло проверку.", "", verify.Unknown},
		{"soap:Server", "Файл не найден", "FileNotFoundFault", verify.Unknown},
	} {
		detail := ""
		if tt.detail != "" {
			detail = fmt.Sprintf(`<detail><%s xmlns=%q/></detail>`, tt.detail, async)
		}
		body := enveloped(`<soap:Fault><faultcode>` + tt.code + `</faultcode><faultstring>` + tt.text + `</faultstring>` + detail + `</soap:Fault>`)
		for _, status := range []int{http.StatusInternalServerError, http.StatusOK} {
			if got := answered(t, status, body); got != tt.want {
				t.Errorf("%s (%s) with status %d: %s, want %s", tt.text, tt.detail, status, got, tt.want)
			}
		}
	}
}

// TestNoDocumentTypes: declarations and what they could bring in are refused,
// wherever they stand and however they are spelt.
func TestNoDocumentTypes(t *testing.T) {
	t.Parallel()
	good := completed(`<k:Result><k:Code>404</k:Code></k:Result>`)
	for _, body := range []string{
		`<!DOCTYPE x [<!ENTITY a "b">]>` + good,
		`<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">` + good,
		`<!doctype x>` + good,
		good + `<!DOCTYPE x>`,
		strings.Replace(good, "<k:Code>", `<!DOCTYPE x><k:Code>`, 1),
		strings.Replace(good, "404", `<!ENTITY a "404">404`, 1),
		strings.Replace(good, "404", `&a;`, 1),
		strings.Replace(good, "404", `40&four;`, 1),
	} {
		if got := answered(t, http.StatusOK, body); got != verify.Protocol {
			t.Errorf("%.60s…: %s", body, got)
		}
	}
	if got := answered(t, http.StatusOK, `<?xml version="1.0" encoding="UTF-8"?><!-- <!DOCTYPE in a comment> -->`+good); got != verify.NotArrived {
		t.Errorf("a plain envelope: %s", got)
	}
}

// TestRealEnvelopes reads what the real service was seen to answer: every file of
// the corpus that is a reply.
func TestRealEnvelopes(t *testing.T) {
	t.Parallel()
	const folder = "../../../shared/data/fiscal/soap"
	files, err := filepath.Glob(filepath.Join(folder, "*.xml"))
	if err != nil || len(files) == 0 {
		t.Skipf("SKIPPED: the corpus of envelopes is not here (%s)", folder)
	}
	want := map[string]verify.Class{
		"get-processing.xml":          verify.Processing,
		"get-ticket-200.xml":          verify.Verified,
		"get-ticket-400.xml":          verify.Format,
		"get-ticket-404.xml":          verify.NotArrived,
		"get-ticket-406.xml":          verify.Forged,
		"get-ticket-503.xml":          verify.Outage,
		"fault-daily-limit.xml":       verify.RateDaily,
		"fault-getmessage-rate.xml":   verify.RateShort,
		"fault-headers.xml":           verify.Config,
		"fault-internal.xml":          verify.Outage,
		"fault-ip.xml":                verify.Config,
		"fault-message-not-found.xml": verify.Expired,
		"fault-method-denied.xml":     verify.Config,
		"fault-method-limit.xml":      verify.RateShort,
		"fault-timeout.xml":           verify.Outage,
		"fault-token.xml":             verify.Auth,
		"fault-unmarshalling.xml":     verify.Protocol,
		"check-ticket-200.xml":        verify.Protocol, // not what we asked for
		"check-ticket-406.xml":        verify.Protocol,
		"send-ok.xml":                 verify.Protocol,
		"auth-ok.xml":                 verify.Protocol,
		"auth-fault-in-body.xml":      verify.Protocol,
	}
	for _, path := range files {
		file := filepath.Base(path)
		if strings.HasPrefix(file, "req-") {
			continue
		}
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := answered(t, http.StatusOK, string(body)); got != want[file] {
			t.Errorf("%s: got %s, want %s", file, got, want[file])
		}
		if !strings.HasPrefix(file, "fault-") {
			continue
		}
		if got := answered(t, http.StatusInternalServerError, string(body)); got != want[file] {
			t.Errorf("%s with status 500: got %s, want %s", file, got, want[file])
		}
	}
}

// TestMasterTokenRefused: told in the body of a good reply.
func TestMasterTokenRefused(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, enveloped(`<GetMessageResponse xmlns="urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiMessageConsumerService/types/1.0">`+
			`<Message><tns:AuthResponse xmlns:tns="urn://x-artefacts-gnivc-ru/ais3/kkt/AuthService/types/1.0"><tns:Fault>`+
			`<tns:Message>Описание ошибки сервиса</tns:Message></tns:Fault></tns:AuthResponse></Message></GetMessageResponse>`))
	}))
	defer server.Close()
	_, err := verify.New(server.URL, "master").Poll(t.Context(), upload, "m17", "id")
	if f := failureOf(t, err); f.Class != verify.Auth || strings.Contains(f.Error(), "master ") && strings.Contains(f.Error(), `"master"`) {
		t.Errorf("got %s: %v", f.Class, err)
	}
}

// TestUserToken: a stable pseudonym goes with every call, unless switched off.
func TestUserToken(t *testing.T) {
	t.Parallel()
	users := make(chan string, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == authAt {
			fmt.Fprint(w, tokenReply)
			return
		}
		users <- r.Header.Get("FNS-OpenApi-UserToken")
		fmt.Fprint(w, completed(`<k:Result><k:Code>404</k:Code></k:Result>`))
	}))
	defer server.Close()
	for client, want := range map[*verify.Client]string{
		verify.New(server.URL, "master"): "bTE3", verify.New(server.URL, "master").Anonymous(): "",
	} {
		if _, err := client.Poll(t.Context(), upload, "m17", "id"); err != nil {
			t.Fatal(err)
		}
		if got := <-users; got != want {
			t.Errorf("user token %q, want %q", got, want)
		}
	}
	_, err := verify.New(server.URL, "master").Poll(t.Context(), upload, strings.Repeat("m", 121), "id") // 164 of base64
	if f := failureOf(t, err); f.Class != verify.Config {
		t.Errorf("a user token that is too long: %v", err)
	}
}

func enveloped(body string) string {
	return `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` + body + `</soap:Body></soap:Envelope>`
}

func completed(result string) string {
	return enveloped(`<GetMessageResponse xmlns="urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/types/1.0">` +
		`<ProcessingStatus>COMPLETED</ProcessingStatus><Message><k:GetTicketResponse xmlns:k="urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0">` +
		result + `</k:GetTicketResponse></Message></GetMessageResponse>`)
}

const authAt = "/open-api/AuthService/0.1"

var tokenReply = enveloped(`<GetMessageResponse xmlns="urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiMessageConsumerService/types/1.0">` +
	`<Message><a:AuthResponse xmlns:a="urn://x-artefacts-gnivc-ru/ais3/kkt/AuthService/types/1.0"><a:Result><a:Token>t</a:Token>` +
	`<a:ExpireTime>2036-01-01T00:00:00.000+03:00</a:ExpireTime></a:Result></a:AuthResponse></Message></GetMessageResponse>`)

// answered is what a poll comes to when the service answers it with body.
func answered(t *testing.T, status int, body string) verify.Class {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == authAt {
			fmt.Fprint(w, tokenReply)
			return
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	defer server.Close()
	a, err := verify.New(server.URL, "master").Poll(t.Context(), time.Date(2026, 3, 1, 9, 35, 0, 0, time.UTC), "m17", "id")
	if err != nil {
		return failureOf(t, err).Class
	}
	return a.Class
}
