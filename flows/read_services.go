package flows

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"besedka/core/expr"
	"besedka/core/service/contract"
	"besedka/core/source"
)

const servicesFile = "services.yaml"

// ServicePrefix begins the call of a service of the programme: service.loyalty.
const ServicePrefix = contract.Prefix

// Served says whether the step asks a service: the answer comes later, and the
// step waits for it.
func (s *Step) Served() bool { return strings.HasPrefix(s.Call, ServicePrefix) }

// Services are those that a programme may ask, by name.
type Services map[string]*contract.Service

// With is v and what the programme adds to it: calls of its services.
func (p *Programme) With(v Vocabulary) Vocabulary {
	if len(p.Services) == 0 {
		return v
	}
	v.Calls = maps.Clone(v.Calls)
	if v.Calls == nil {
		v.Calls = map[string]Call{}
	}
	for name, s := range p.Services {
		v.Calls[ServicePrefix+name] = callOf(s)
	}
	return v
}

// callOf is a service as scripts call it.
func callOf(s *contract.Service) Call {
	c := Call{Reads: s.Method == "GET", Args: s.Args, Outcomes: make([]string, 0, len(s.Outcomes)+1), Values: make(map[string]expr.Kind, len(s.Values))}
	for _, o := range s.Outcomes {
		if !slices.Contains(c.Outcomes, o.Name) {
			c.Outcomes = append(c.Outcomes, o.Name)
		}
	}
	c.Outcomes = append(c.Outcomes, contract.Failed)
	for _, value := range s.Values {
		c.Values[value.Name] = value.Kind
	}
	return c
}

// serviceKinds are what travels to services and back.
var serviceKinds = map[string]expr.Kind{
	"text": expr.Text, "int": expr.Count, "money": expr.Money, "points": expr.Points, "date": expr.Date, "bool": expr.Bool,
}

// readServices reads services.yaml, which a programme may do without.
func (l *loader) readServices(names []string) {
	if !slices.Contains(names, servicesFile) {
		return
	}
	n := l.parse(servicesFile)
	l.broken[servicesFile] = n == nil
	o := source.Fields(n, &l.problems)
	o.Require("services")
	entries := o.Map("services")
	if len(entries) > MaxServices {
		l.limit(o.At("services"), source.Sentence("служб", "services"), MaxServices)
		entries = entries[:MaxServices]
	}
	l.p.Services = Services{}
	for _, e := range entries {
		if l.named(e.Key) {
			l.p.Services[e.Key.Text] = l.readService(e)
		}
	}
	o.Done()
	l.vocabulary = l.p.With(l.vocabulary)
}

func (l *loader) readService(e source.Entry) *contract.Service {
	o := source.Fields(e.Value, &l.problems)
	o.Require("outcomes")
	s := &contract.Service{Name: e.Key.Text, Secret: o.Text("secret"), Private: o.Bool("private"), Within: contract.DefaultTime}
	if o.Has("within") {
		s.Within = l.readDuration(o.Node("within"))
	}
	if s.Within > contract.MaxTime {
		l.limit(o.At("within"), source.Sentence("часов ожидания", "hours to wait"), int(contract.MaxTime.Hours()))
	}
	l.readMethod(s, o, e.Key.Pos)
	s.Args = l.readKinds(o.Map("send"))
	for _, entry := range o.Map("outcomes") {
		s.Outcomes = append(s.Outcomes, l.readOutcome(s, entry)...)
	}
	if o.Has("outcomes") && len(s.Outcomes) == 0 {
		l.empty(o.At("outcomes"))
	}
	s.Values = l.readTaken(o)
	l.checkSecret(s, o)
	l.checkAddress(s, o)
	o.Done()
	return s
}

func (l *loader) readMethod(s *contract.Service, o *source.Object, at source.Pos) {
	if o.Has("get") == o.Has("post") {
		o.Report(at, "L124", source.Sentence("нужен ровно один из ключей get, post", "exactly one of get, post is needed"),
			source.Sentence("get спрашивает и ничего не меняет, post делает", "get asks and changes nothing, post does"))
	}
	s.Method, s.URL = "GET", o.Text("get")
	if post := o.Text("post"); post != "" {
		s.Method, s.URL = "POST", post
	}
}

func (l *loader) readKinds(entries []source.Entry) map[string]expr.Kind {
	found := map[string]expr.Kind{}
	for _, e := range entries {
		if l.named(e.Key) {
			found[e.Key.Text] = l.readKind(e.Value)
		}
	}
	return found
}

func (l *loader) readKind(n *source.Node) expr.Kind {
	name := n.AsText(&l.problems)
	kind, ok := serviceKinds[name]
	if !ok && n != nil && n.Kind == source.Scalar {
		l.unknown(n.Pos, "вида", "kind", name, sorted(serviceKinds))
	}
	return kind
}

// readOutcome reads a status, or {status, field, is}. An outcome may be known by
// several: a list.
func (l *loader) readOutcome(s *contract.Service, e source.Entry) []contract.Outcome {
	if !l.named(e.Key) {
		return nil
	}
	if e.Key.Text == contract.Failed {
		l.badOutcome(e.Key.Pos, source.Sentence("исход %s есть всегда: ответа по договору не пришло", "the outcome %s is always there: no answer of the contract came", contract.Failed),
			source.Sentence("сотрите его или назовите иначе", "delete it, or call it something else"))
		return nil
	}
	items := []*source.Node{e.Value}
	if e.Value.Kind == source.List {
		items = e.Value.Items
	}
	var list []contract.Outcome
	for _, n := range items {
		x := contract.Outcome{Name: e.Key.Text}
		if n.Kind == source.Map {
			o := source.Fields(n, &l.problems)
			o.Require("status", "field", "is")
			x.Status, x.Field, x.Is = int(o.Int("status")), o.Text("field"), o.Text("is")
			o.Done()
		} else {
			x.Status = int(n.AsInt(&l.problems))
		}
		l.checkOutcome(s, list, x, n)
		list = append(list, x)
	}
	return list
}

func (l *loader) checkOutcome(s *contract.Service, own []contract.Outcome, x contract.Outcome, n *source.Node) {
	if n.Kind == source.Scalar && (x.Status < 200 || x.Status > 599 || x.Status >= 300 && x.Status < 400) && !l.full() {
		l.badOutcome(n.Pos, source.Sentence("ответа %s от службы не бывает", "a service does not answer %s", shorten(n.Text)), source.Sentence("пишите код HTTP: 200, 404; по перенаправлениям бот не ходит", "write a status of HTTP: 200, 404; the bot follows no redirects"))
	}
	for _, before := range slices.Concat(s.Outcomes, own) {
		if before.Status == x.Status && (before.Field == "" || before == x) {
			l.badOutcome(n.Pos, source.Sentence("ответ %d уже значит «%s»", "the answer %d already means %q", x.Status, before.Name), source.Sentence("различите их полем: { status, field, is } выше общего", "tell them apart by a field: { status, field, is } above the general one"))
			return
		}
	}
}

func (l *loader) badOutcome(at source.Pos, what, cure source.Text) { l.report(at, "L141", what, cure) }

// readTaken reads what of an answer becomes variables: a kind, or {type, field}.
func (l *loader) readTaken(o *source.Object) []contract.Value {
	var values []contract.Value
	entries := o.Map("take")
	if len(entries) > MaxTaken {
		l.limit(o.At("take"), source.Sentence("значений из ответа", "values of an answer"), MaxTaken)
	}
	for _, e := range entries {
		if !l.named(e.Key) {
			continue
		}
		v := contract.Value{Name: e.Key.Text, Field: e.Key.Text}
		if e.Value.Kind == source.Map {
			part := source.Fields(e.Value, &l.problems)
			part.Require("type", "field")
			v.Kind, v.Field = l.readKind(part.Node("type")), part.Text("field")
			part.Done()
		} else {
			v.Kind = l.readKind(e.Value)
		}
		values = append(values, v)
	}
	return values
}

var secretName = regexp.MustCompile(`^[A-Z][A-Z0-9_]{0,39}$`)

func (l *loader) checkSecret(s *contract.Service, o *source.Object) {
	if s.Secret != "" && !secretName.MatchString(s.Secret) {
		l.report(o.At("secret"), "L143", source.Sentence("здесь имя секрета, а не он сам", "here goes the name of the secret, not the secret"),
			source.Sentence("пишите имя заглавными, LOYALTY, а сам секрет отдайте тому, кто ставит Беседку: BESEDKA_SERVICE_LOYALTY_SECRET", "write a name in capitals, LOYALTY, and give the secret to whoever installs Besedka: BESEDKA_SERVICE_LOYALTY_SECRET"))
	}
}

var troubles = map[contract.Trouble]source.Text{
	contract.Unreadable: source.Sentence("по такому адресу службу не найти", "no service is found at such an address"),
	contract.Userinfo:   source.Sentence("в адресе имя или пароль", "there is a name or password in the address"),
	contract.Plain:      source.Sentence("http читает каждый по дороге", "http is read by everybody on the way"),
	contract.Inside:     source.Sentence("это адрес не из интернета", "this is no address of the internet"),
}

var addressCures = map[contract.Trouble]source.Text{
	contract.Unreadable: source.Sentence("пишите https://адрес/путь, что отправить - в send", "write https://host/path, what to send goes into send"),
	contract.Userinfo:   source.Sentence("назовите секрет в secret", "name a secret in secret"),
	contract.Plain:      source.Sentence("пишите https://", "write https://"),
	contract.Inside:     source.Sentence("если служба стоит рядом, пишите private: true и попросите того, кто ставит Беседку, её разрешить", "if the service stands nearby, write private: true and ask whoever installs Besedka to allow it"),
}

func (l *loader) checkAddress(s *contract.Service, o *source.Object) {
	at := o.Node(strings.ToLower(s.Method))
	if at == nil || at.Kind != source.Scalar {
		return
	}
	if trouble := s.Check(); trouble != "" {
		l.report(at.Pos, "L140", troubles[trouble], addressCures[trouble])
		return
	}
	for _, name := range s.Placeholders() {
		if _, ok := s.Args[name]; !ok {
			l.report(at.Pos, "L140", source.Sentence("в адресе {%s}, а в send его нет", "the address has {%s}, and send has not", shorten(name)), source.Meant(name, sorted(s.Args)))
		}
	}
}
