package emulator

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"strings"
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
