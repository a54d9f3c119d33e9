package verify

import (
	"strings"
	"time"
)

// answers are the result codes that speak of the receipt. 200 to 406 are the
// official ones; 45x and 531 are known from users of the newer service.
var answers = map[string]Class{
	"200": Verified,
	"400": Format, "452": Format, "453": Format, "531": Format,
	"404": NotArrived, "455": NotArrived,
	"406": Forged, "454": Forged,
}

// classOf is the class of a result code that is not an answer: 503 is an outage;
// 528 (the service lacks the key of that drive) and codes never seen are Unknown.
func classOf(code string) Class {
	if code == "503" {
		return Outage
	}
	return Unknown
}

// faults are the SOAP faults of the service by a piece of their text; the first
// that fits wins. The texts are the service's own, in Russian.
var faults = []struct {
	text  string
	class Class
}{
	{"timeout ожидания ответа", Outage},
	{"внутренняя ошибка", Outage},
	{"для переданного IP", Config},
	{"требуемые заголовки", Config},
	{"отсутствует в списке доступа", Config},
	{"для token запрещен", Auth},
	{"дневной лимит", RateDaily},
	{"лимит запросов метода", RateShort},
	{"количество запросов метода GetMessage", RateShort},
	{"сообщение не найдено", Expired},
}

// pollSlower is the wait after the limit on polls of one message: twelve a minute.
const pollSlower = 5 * time.Second

// failure reads a fault. Its detail, where it has one, is surer than its text.
func (f *soapFault) failure(now time.Time) *Failure {
	failure := &Failure{Class: f.class(), Code: f.Code, cause: f}
	switch {
	case f.Detail.Rate != nil:
		failure.RetryAfter = pollSlower
	case failure.Class == RateDaily:
		failure.RetryAfter = untilTomorrow(now)
	}
	return failure
}

func (f *soapFault) class() Class {
	switch {
	case f.Detail.Auth != nil:
		return Auth
	case f.Detail.NotFound != nil:
		return Expired
	case f.Detail.Rate != nil:
		return RateShort
	case strings.HasSuffix(f.Code, ":Client"): // our XML was refused
		return Protocol
	}
	for _, known := range faults {
		if strings.Contains(f.Text, known.text) {
			return known.class
		}
	}
	return Unknown
}
