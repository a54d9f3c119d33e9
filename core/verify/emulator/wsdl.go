package emulator

import "fmt"

// wsdl describes a service as far as a SOAP client needs to call it: the
// operations with their actions and the one address.
func wsdl(name string) string {
	s := services[name]
	operations, bindings := "", ""
	for _, op := range s.operations {
		operations += fmt.Sprintf(`<wsdl:operation name=%q><wsdl:input message="tns:%[1]sRequest"/><wsdl:output message="tns:%[1]sResponse"/></wsdl:operation>`, op)
		bindings += fmt.Sprintf(`<wsdl:operation name=%q><soap:operation soapAction="urn:%[1]sRequest" style="document"/>`+
			`<wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>`, op)
	}
	messages := ""
	for _, op := range s.operations {
		for _, kind := range []string{"Request", "Response"} {
			messages += fmt.Sprintf(`<wsdl:message name="%[1]s%[2]s"><wsdl:part element="types:%[1]s%[2]s" name="parameters"/></wsdl:message>`, op, kind)
		}
	}
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns=%[1]q xmlns:types=%[2]q name=%[3]q targetNamespace=%[1]q>
%[4]s
<wsdl:portType name="%[3]sPort">%[5]s</wsdl:portType>
<wsdl:binding name="%[3]sBinding" type="tns:%[3]sPort"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>%[6]s</wsdl:binding>
<wsdl:service name=%[3]q><wsdl:port binding="tns:%[3]sBinding" name="%[3]sPort"><soap:address location=%[7]q/></wsdl:port></wsdl:service>
</wsdl:definitions>
`, s.namespace, s.types, name, messages, operations, bindings, s.path)
}

var services = map[string]struct {
	namespace, types, path string
	operations             []string
}{
	"AuthService": {
		"urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiMessageConsumerService/1.0", nsSync, authPath,
		[]string{"GetMessage"},
	},
	"KktService": {
		"urn://x-artefacts-gnivc-ru/inplat/servin/OpenApiAsyncMessageConsumerService/1.0", nsAsync, ticketPath,
		[]string{"SendMessage", "GetMessage"},
	},
}
