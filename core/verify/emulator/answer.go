package emulator

import (
	"bytes"
	"encoding/xml"
	"errors"
	"time"
)

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
	return unmarshalling(err.Error())
}

func unmarshalling(why string) fault {
	return fault{name: "unmarshalling", code: "soap:Client", text: "Unmarshalling Error: " + why}
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
		return unmarshalling("cvc-complex-type.2.4.a: Invalid content was found starting with element 'test'. One of '{WC[##other:\"" + nsSync + "\"]}' is expected."), true
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
