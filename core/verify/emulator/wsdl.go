package emulator

import "fmt"

// wsdl describes a service as far as a SOAP client needs to call it: the types
// and operations with their actions and faults, and the address it was asked at.
func wsdl(name, host string) string {
	s := services[name]
	operations, bindings, messages := "", "", ""
	for _, op := range s.operations {
		faults, fates := "", ""
		for _, f := range op.faults {
			faults += fmt.Sprintf(`<wsdl:fault message="tns:%[1]sException" name="%[1]sException"/>`, f)
			fates += fmt.Sprintf(`<wsdl:fault name="%[1]sException"><soap:fault name="%[1]sException" use="literal"/></wsdl:fault>`, f)
		}
		operations += fmt.Sprintf(`<wsdl:operation name=%q><wsdl:input message="tns:%[1]sRequest"/><wsdl:output message="tns:%[1]sResponse"/>%[2]s</wsdl:operation>`, op.name, faults)
		bindings += fmt.Sprintf(`<wsdl:operation name=%q><soap:operation soapAction="urn:%[1]sRequest" style="document"/>`+
			`<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>%[2]s</wsdl:operation>`, op.name, fates)
		for _, kind := range []string{"Request", "Response"} {
			messages += fmt.Sprintf(`<wsdl:message name="%[1]s%[2]s"><wsdl:part element="types:%[1]s%[2]s" name="parameters"/></wsdl:message>`, op.name, kind)
		}
	}
	for _, f := range s.faults {
		messages += fmt.Sprintf(`<wsdl:message name="%[1]sException"><wsdl:part element="types:%[1]sFault" name="%[1]sException"/></wsdl:message>`, f)
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns=%[1]q xmlns:types=%[2]q name=%[3]q targetNamespace=%[1]q>
<wsdl:types><xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:types=%[2]q elementFormDefault="qualified" targetNamespace=%[2]q>%[8]s</xs:schema></wsdl:types>
%[4]s
<wsdl:portType name="%[3]sPort">%[5]s</wsdl:portType>
<wsdl:binding name="%[3]sBinding" type="tns:%[3]sPort"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>%[6]s</wsdl:binding>
<wsdl:service name=%[3]q><wsdl:port binding="tns:%[3]sBinding" name="%[3]sPort"><soap:address location=%[7]q/></wsdl:port></wsdl:service>
</wsdl:definitions>
`, s.namespace, s.types, name, messages, operations, bindings, "http://"+host+s.path, s.schema)
}

// Pieces of the schemas.
const (
	anyMessage = `<xs:element name="Message" minOccurs="%d"><xs:complexType><xs:sequence><xs:any namespace="##other" processContents="skip"/></xs:sequence></xs:complexType></xs:element>`
	messageNo  = `<xs:element name="MessageId" type="xs:string"/>`
	statuses   = `<xs:element name="ProcessingStatus"><xs:simpleType><xs:restriction base="xs:string"><xs:enumeration value="PROCESSING"/><xs:enumeration value="COMPLETED"/></xs:restriction></xs:simpleType></xs:element>`
)

func element(name, inside string) string {
	return fmt.Sprintf(`<xs:element name=%q><xs:complexType><xs:sequence>%s</xs:sequence></xs:complexType></xs:element>`, name, inside)
}

type operationOf struct {
	name   string
	faults []string
}

var services = map[string]struct {
	namespace, types, path, schema string
	operations                     []operationOf
	faults                         []string
}{
	"AuthService": {
		namespace: "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiMessageConsumerService/1.0", types: nsSync, path: authPath,
		schema:     element("GetMessageRequest", fmt.Sprintf(anyMessage, 1)) + element("GetMessageResponse", fmt.Sprintf(anyMessage, 0)),
		operations: []operationOf{{name: "GetMessage"}},
	},
	"KktService": {
		namespace: "urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/1.0", types: nsAsync, path: ticketPath,
		schema: element("SendMessageRequest", fmt.Sprintf(anyMessage, 1)) + element("SendMessageResponse", messageNo) +
			element("GetMessageRequest", messageNo) + element("GetMessageResponse", statuses+fmt.Sprintf(anyMessage, 0)) +
			element("AuthenticationFault", "") + element("MessageNotFoundFault", ""),
		operations: []operationOf{
			{"SendMessage", []string{"Authentication"}},
			{"GetMessage", []string{"Authentication", "MessageNotFound"}},
		},
		faults: []string{"Authentication", "MessageNotFound"},
	},
}
