package verify

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// Namespaces of the service. Replies mix default and named prefixes freely, so
// only the URI and the local name of an element mean anything.
const (
	nsSoap  = "http://schemas.xmlsoap.org/soap/envelope/"
	nsSync  = "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiMessageConsumerService/types/1.0"
	nsAsync = "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/types/1.0"
	nsAuth  = "urn://x-artefacts-gnivc-ru/ais3/kkt/AuthService/types/1.0"
	nsKkt   = "urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0"
)

// reply is any envelope that the service answers with. (encoding/xml wants the
// namespaces spelt out in its tags.)
type reply struct {
	XMLName xml.Name `xml:"http://schemas.xmlsoap.org/soap/envelope/ Envelope"`
	Body    struct {
		Fault   *soapFault    `xml:"http://schemas.xmlsoap.org/soap/envelope/ Fault"`
		Auth    *authReply    `xml:"urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiMessageConsumerService/types/1.0 GetMessageResponse"`
		Sent    *sentReply    `xml:"urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/types/1.0 SendMessageResponse"`
		Message *messageReply `xml:"urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/types/1.0 GetMessageResponse"`
	} `xml:"http://schemas.xmlsoap.org/soap/envelope/ Body"`
}

type soapFault struct {
	Code   string `xml:"faultcode"`
	Text   string `xml:"faultstring"`
	Detail struct {
		Auth     *struct{} `xml:"AuthenticationFault"`
		NotFound *struct{} `xml:"MessageNotFoundFault"`
		Rate     *struct{} `xml:"RateLimitingFault"`
	} `xml:"detail"`
}

func (f *soapFault) Error() string { return fmt.Sprintf("fault %s: %s", f.Code, f.Text) }

type authReply struct {
	Response *struct {
		Token   string `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/AuthService/types/1.0 Result>Token"`
		Expires string `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/AuthService/types/1.0 Result>ExpireTime"`
		Fault   string `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/AuthService/types/1.0 Fault>Message"`
	} `xml:"Message>AuthResponse"`
}

type sentReply struct {
	MessageID string `xml:"MessageId"`
}

type messageReply struct {
	Status  string `xml:"ProcessingStatus"`
	Message struct {
		Ticket *ticket `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0 GetTicketResponse"`
	} `xml:"Message"`
}

// ticket holds a Result or a Fault, never both.
type ticket struct {
	Code    string `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0 Result>Code"`
	Message string `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0 Result>Message"`
	Ticket  string `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0 Result>Ticket"`
	Fault   string `xml:"urn://x-artefacts-gnivc-ru/ais3/kkt/KktTicketService/types/1.0 Fault>Message"`
}

// parseReply reads an envelope.
func parseReply(body []byte) (*reply, error) {
	if err := refuseDirectives(body); err != nil {
		return nil, err
	}
	var r reply
	if err := xml.Unmarshal(body, &r); err != nil {
		return nil, fmt.Errorf("read envelope: %w", err)
	}
	return &r, nil
}

// refuseDirectives refuses a document type and all that it could declare: SOAP has
// none, and what it could bring is of no good. (Entities that nobody declared are
// encoding/xml's to refuse.)
func refuseDirectives(body []byte) error {
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read envelope: %w", err)
		}
		if _, is := t.(xml.Directive); is {
			return errors.New("document type in a SOAP reply")
		}
	}
}

// envelope puts a body into SOAP 1.1. The service reads its requests by an
// xs:sequence, so the order of elements in the bodies below matters.
func envelope(body string) string {
	return `<soapenv:Envelope xmlns:soapenv="` + nsSoap + `"><soapenv:Header/><soapenv:Body>` + body +
		`</soapenv:Body></soapenv:Envelope>`
}

func authRequest(masterToken string) string {
	return envelope(fmt.Sprintf(`<ns:GetMessageRequest xmlns:ns=%q><ns:Message><tns:AuthRequest xmlns:tns=%q>`+
		`<tns:AuthAppInfo><tns:MasterToken>%s</tns:MasterToken></tns:AuthAppInfo>`+
		`</tns:AuthRequest></ns:Message></ns:GetMessageRequest>`, nsSync, nsAuth, escape(masterToken)))
}

func sendRequest(q Query) string {
	return envelope(fmt.Sprintf(`<ns:SendMessageRequest xmlns:ns=%q><ns:Message><tns:GetTicketRequest xmlns:tns=%q>`+
		`<tns:GetTicketInfo><tns:Sum>%d</tns:Sum><tns:Date>%s</tns:Date><tns:Fn>%s</tns:Fn>`+
		`<tns:TypeOperation>%d</tns:TypeOperation><tns:FiscalDocumentId>%d</tns:FiscalDocumentId>`+
		`<tns:FiscalSign>%d</tns:FiscalSign></tns:GetTicketInfo>`+
		`</tns:GetTicketRequest></ns:Message></ns:SendMessageRequest>`,
		nsAsync, nsKkt, q.QR.Sum, q.QR.Time.Seconds(), escape(q.QR.FN), q.QR.Operation, q.QR.FD, q.QR.FP))
}

func pollRequest(messageID string) string {
	return envelope(fmt.Sprintf(`<ns:GetMessageRequest xmlns:ns=%q><ns:MessageId>%s</ns:MessageId></ns:GetMessageRequest>`,
		nsAsync, escape(messageID)))
}

func escape(s string) string {
	var b bytes.Buffer
	xml.EscapeText(&b, []byte(s)) //nolint:errcheck // a bytes.Buffer never fails
	return b.String()
}
