package emulator

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	nsSync  = "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiMessageConsumerService/types/1.0"
	nsAsync = "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/types/1.0"
	nsAuth  = "urn://x-artefacts-gnivc-ru/ais3/kkt/AuthService/types/1.0"
	nsKkt   = "urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0"
	nsProv  = "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageProviderService/types/1.0"
	nsSoap  = "http://schemas.xmlsoap.org/soap/envelope/"
)

// node is any element, children in their order.
type node struct {
	XMLName  xml.Name
	Text     string `xml:",chardata"`
	Children []node `xml:",any"`
}

// only is the one child of n with this name; any other child breaks the schema.
func (n node) only(space, local string) (node, error) {
	if len(n.Children) != 1 || n.Children[0].XMLName != (xml.Name{Space: space, Local: local}) {
		return node{}, fmt.Errorf("one of '{%q:%s}' is expected", space, local)
	}
	return n.Children[0], nil
}

// path goes down through only children, each a namespace and a local name.
func (n node) path(names ...[2]string) (node, error) {
	for _, name := range names {
		var err error
		if n, err = n.only(name[0], name[1]); err != nil {
			return node{}, err
		}
	}
	return n, nil
}

// operation reads an envelope down to the operation in its body.
func operation(h http.Header, body []byte) (node, error) {
	var env node
	if bytes.Contains(body, []byte("<!DOCTYPE")) {
		return node{}, errors.New("document type is not allowed")
	}
	if err := xml.Unmarshal(body, &env); err != nil {
		return node{}, err
	}
	if env.XMLName != (xml.Name{Space: nsSoap, Local: "Envelope"}) {
		return node{}, errors.New("no SOAP 1.1 envelope")
	}
	last := len(env.Children) - 1
	if last < 0 || env.Children[last].XMLName.Local != "Body" || len(env.Children[last].Children) != 1 {
		return node{}, errors.New("no operation in the body")
	}
	op := env.Children[last].Children[0]
	if action := h.Get("SOAPAction"); action != `"urn:`+op.XMLName.Local+`"` {
		return node{}, fault{name: "action", code: "soap:Client", text: "The given SOAPAction " + strings.Trim(action, `"`) + " does not match an operation."}
	}
	return op, nil
}

// parseAuth reads the master token of an AuthRequest.
func parseAuth(h http.Header, body []byte) (string, error) {
	op, err := operation(h, body)
	if err != nil {
		return "", err
	}
	if op.XMLName != (xml.Name{Space: nsSync, Local: "GetMessageRequest"}) {
		return "", fmt.Errorf("unexpected element %s", op.XMLName.Local)
	}
	token, err := op.path([2]string{nsSync, "Message"}, [2]string{nsAuth, "AuthRequest"},
		[2]string{nsAuth, "AuthAppInfo"}, [2]string{nsAuth, "MasterToken"})
	return strings.TrimSpace(token.Text), err
}

// query is what a client asks, as it wrote it.
type query struct {
	send                             bool
	check                            bool   // of the sign alone: CheckTicket in place of GetTicket
	messageID                        string // of a poll
	sum, date, fn, operation, fd, fp string // of a send
}

// parseTicket reads SendMessageRequest or GetMessageRequest.
func parseTicket(h http.Header, body []byte) (query, error) {
	op, err := operation(h, body)
	if err != nil {
		return query{}, err
	}
	switch op.XMLName {
	case xml.Name{Space: nsAsync, Local: "GetMessageRequest"}:
		id, err := op.path([2]string{nsAsync, "MessageId"})
		return query{messageID: strings.TrimSpace(id.Text)}, err
	case xml.Name{Space: nsAsync, Local: "SendMessageRequest"}:
		return parseSend(op)
	}
	return query{}, fmt.Errorf("unexpected element %s", op.XMLName.Local)
}

// parseSend reads GetTicketRequest or CheckTicketRequest. The GeoInfo that the
// first schema puts behind the requisites is read over: hardly anybody sends it.
func parseSend(op node) (query, error) {
	m, err := op.only(nsAsync, "Message")
	if err != nil || len(m.Children) != 1 || m.Children[0].XMLName.Space != nsKkt {
		return query{send: true}, cmp.Or(err, errors.New("one request of KktTicketService is expected"))
	}
	request := m.Children[0]
	if last := len(request.Children) - 1; last == 1 && request.Children[last].XMLName == (xml.Name{Space: nsKkt, Local: "GeoInfo"}) {
		request.Children = request.Children[:last]
	}
	kind, known := strings.CutSuffix(request.XMLName.Local, "Request")
	if !known || kind != "GetTicket" && kind != "CheckTicket" {
		return query{send: true}, fault{name: "denied", text: "Метод " + request.XMLName.Local + " отсутствует в списке доступа для переданного токена"}
	}
	info, err := request.only(nsKkt, kind+"Info")
	if err != nil {
		return query{send: true}, err
	}
	q, err := parseInfo(info)
	q.check = kind == "CheckTicket"
	return q, err
}

// response is the element that answers a query.
func (q query) response() string {
	if q.check {
		return "CheckTicketResponse"
	}
	return "GetTicketResponse"
}

// parseInfo reads an xs:sequence: the order of elements is part of the contract.
// RawData came with a later schema and is optional.
func parseInfo(info node) (query, error) {
	q := query{send: true}
	into := []struct {
		name string
		to   *string
	}{
		{"Sum", &q.sum},
		{"Date", &q.date},
		{"Fn", &q.fn},
		{"TypeOperation", &q.operation},
		{"FiscalDocumentId", &q.fd},
		{"FiscalSign", &q.fp},
	}
	for i, child := range info.Children {
		if i == len(into) && child.XMLName.Local == "RawData" {
			continue
		}
		if i >= len(into) || child.XMLName != (xml.Name{Space: nsKkt, Local: into[i].name}) {
			return q, fmt.Errorf("cvc-complex-type.2.4.a: Invalid content was found starting with element '%s'", child.XMLName.Local)
		}
		*into[i].to = strings.TrimSpace(child.Text)
	}
	if len(info.Children) < len(into) {
		return q, errors.New("cvc-complex-type.2.4.b: The content of element '" + info.XMLName.Local + "' is not complete")
	}
	return q, nil
}

// The replies mix prefixes as the real service does.

func envelope(body string) string {
	return `<soap:Envelope xmlns:soap="` + nsSoap + `"><soap:Body>` + body + `</soap:Body></soap:Envelope>`
}

func authResult(token string, until time.Time) string {
	return envelope(`<GetMessageResponse xmlns="` + nsSync + `"><Message><AuthResponse xmlns:ns3="` + nsProv +
		`" xmlns:ns2="` + nsAuth + `" xmlns:SOAP-ENV="` + nsSoap + `" xmlns="` + nsAuth + `"><ns2:Result><ns2:Token>` +
		token + `</ns2:Token><ns2:ExpireTime>` + until.In(moscow).Format("2006-01-02T15:04:05.000Z07:00") +
		`</ns2:ExpireTime></ns2:Result></AuthResponse></Message></GetMessageResponse>`)
}

func authFault(text string) string {
	return envelope(`<GetMessageResponse xmlns="` + nsSync + `"><Message><tns:AuthResponse xmlns:tns="` + nsAuth +
		`"><tns:Fault><tns:Message>` + escape(text) + `</tns:Message></tns:Fault></tns:AuthResponse></Message></GetMessageResponse>`)
}

func sent(id string) string {
	return envelope(`<SendMessageResponse xmlns="` + nsAsync + `"><MessageId>` + id + `</MessageId></SendMessageResponse>`)
}

func processing() string {
	return envelope(`<GetMessageResponse xmlns="` + nsAsync + `"><ProcessingStatus>PROCESSING</ProcessingStatus></GetMessageResponse>`)
}

func completed(response string) string {
	return envelope(`<GetMessageResponse xmlns="` + nsAsync + `"><ProcessingStatus>COMPLETED</ProcessingStatus><Message>` +
		response + `</Message></GetMessageResponse>`)
}

// texts are the messages of the result codes.
var texts = map[string]string{
	"400": "Формат отправленных данных некорректен",
	"404": "Чек не найден",
	"406": "Данные не прошли проверку",
	"503": "Сервис недоступен",
}

// authentic is what CheckTicket says of a good sign.
const authentic = "Отправленные данные корректны"

func ticketResult(element, code, ticket string) string {
	result := `<ns2:Code>` + code + `</ns2:Code>`
	if ticket != "" {
		result += `<ns2:Ticket>` + escape(ticket) + `</ns2:Ticket>`
	}
	text := texts[code]
	if code == "200" && element == "CheckTicketResponse" {
		text = authentic
	}
	if text != "" {
		result += `<ns2:Message>` + text + `</ns2:Message>`
	}
	return `<` + element + ` xmlns:ns3="` + nsProv + `" xmlns:ns2="` + nsKkt + `" xmlns:SOAP-ENV="` + nsSoap +
		`" xmlns="` + nsKkt + `"><ns2:Result>` + result + `</ns2:Result></` + element + `>`
}

// fault is a SOAP fault of the service, in its own words.
type fault struct {
	name, code, text, detail string
}

func (f fault) Error() string { return f.text }

// asFault is how the service tells what is wrong with a request.
func asFault(err error) fault {
	if f, ok := errors.AsType[fault](err); ok {
		return f
	}
	return fault{name: "unmarshalling", code: "soap:Client", text: "Unmarshalling Error: " + err.Error()}
}

var (
	faultTimeout = fault{name: "timeout", text: "Произошел timeout ожидания ответа"}
	faultAddress = fault{name: "address", text: "Доступ к сервису для переданного IP, запрещен"}
	faultDenied  = fault{name: "denied", text: "Метод GetTicketRequest отсутствует в списке доступа для переданного токена"}
	faultHeaders = fault{name: "headers", text: "Не удалось обнаружить требуемые заголовки в переданном запросе"}
	faultToken   = fault{name: "token", text: "Доступ к сервису для token запрещен", detail: `<AuthenticationFault xmlns="` + nsAsync + `"/>`}
	faultDaily   = fault{name: "daily", text: "Превышен общий дневной лимит запросов, приложением Besedka-1"}
	faultRate    = fault{name: "rate", text: "Превышен лимит запросов метода GetTicketRequest"}
	faultPolls   = fault{
		name:   "polls",
		text:   "Превышено количество запросов метода GetMessage по уникальному MessageID. Повторите запрос позже.",
		detail: `<RateLimitingFault xmlns="` + nsAsync + `"><errorCode>429</errorCode></RateLimitingFault>`,
	}
)

func faultNotFound(id string) fault {
	return fault{
		name: "message not found", text: "По переданному MessageId: " + id + " сообщение не найдено",
		detail: `<MessageNotFoundFault xmlns="` + nsAsync + `"/>`,
	}
}

// fault is the SOAP fault that strikes a call, if one does.
func (s stroke) fault() (fault, bool) {
	switch s.kind {
	case Timeout:
		return faultTimeout, true
	case Address:
		return faultAddress, true
	case Headers:
		return faultHeaders, true
	case Auth:
		return faultToken, true
	case Daily:
		return faultDaily, true
	case Rate:
		return faultRate, true
	case Denied:
		return faultDenied, true
	case Expired:
		return faultNotFound(messageID()), true
	case Polls:
		return faultPolls, true
	case Internal:
		return fault{name: "internal", text: "Произошла внутренняя ошибка " + messageID() + ". При повторении ошибки обратитесь в службу технической поддержки."}, true
	case Schema:
		return asFault(errors.New("cvc-complex-type.2.4.a: Invalid content was found starting with element 'test'. One of '{WC[##other:\"" + nsSync + "\"]}' is expected.")), true
	}
	return fault{}, false
}

func (f fault) envelope() string {
	code := f.code
	if code == "" {
		code = "soap:Server"
	}
	detail := ""
	if f.detail != "" {
		detail = "<detail>" + f.detail + "</detail>"
	}
	return envelope(`<soap:Fault><faultcode>` + code + `</faultcode><faultstring>` + escape(f.text) + `</faultstring>` +
		detail + `</soap:Fault>`)
}

func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a bytes.Buffer never fails
	return b.String()
}
