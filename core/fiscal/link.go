package fiscal

import (
	"net/url"
	"regexp"
	"strings"
)

// address is a link in a text, with or without its scheme.
var address = regexp.MustCompile(`(?i)(?:https?://)?(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#][^\s<>"']*)?`)

const maxAddresses = 10 // looked at in one text

// addresses are the links in a text, in order.
func addresses(text string) []*url.URL {
	var found []*url.URL
	for _, s := range address.FindAllString(text, maxAddresses) {
		s = strings.TrimRight(s, ".,;:!)]}»")
		if !strings.Contains(s, "://") {
			s = "https://" + s
		}
		if u, err := url.Parse(s); err == nil && u.Host != "" {
			found = append(found, u)
		}
	}
	return found
}

// within says whether u is a page of host or of one of its subdomains.
func within(u *url.URL, host string) bool {
	name := strings.ToLower(u.Hostname())
	return name == host || strings.HasSuffix(name, "."+host)
}

// egais are the hosts of the second code on receipts for alcohol.
var egais = []string{"check.egais.ru", "check1.fsrar.ru"}

// operators are the hosts on which Russian receipts are shown: those who pass them
// on to the tax service, and the tax service. Their pages are never fetched: they
// ask for a captcha, and an address that a stranger chose is none for our network.
var operators = []string{
	"platformaofd.ru", "taxcom.ru", "kontur.ru", "1-ofd.ru", "ofd.ru", "ofd-ya.ru", "ofd.yandex.ru", "e-ofd.ru",
	"ofd.sbis.ru", "nalog.ru", "nalog.gov.ru",
}

// named are the names that operators give to requisites in their addresses, by the
// key of the fiscal code. A "sum" is left out: who writes it means now rubles, now
// kopecks.
var named = map[string]string{
	"fn": "fn", "fnserialnumber": "fn", "fiscaldriveid": "fn", "fiscaldrivenumber": "fn",
	"i": "i", "fd": "i", "num": "i", "fiscaldocumentnumber": "i",
	"fp": "fp", "fpd": "fp", "sign": "fp", "fiscalsign": "fp", "fiscalsignature": "fp", "fiscalid": "fp",
	"t": "t", "s": "s", "n": "n",
}

// receiptPage is how the pages of receipts differ from an operator's other ones.
var receiptPage = regexp.MustCompile(`(?i)ticket|receipt|cheque|check|/rec/|vaucher|/show|fiscaldoc`)

// shown reads what the first address of a receipt's page tells by itself; false
// when there is none.
func shown(all []*url.URL) (fields, bool) {
	for _, u := range all {
		for _, host := range operators {
			if !within(u, host) {
				continue
			}
			f := fields{}
			f.query(u)
			f.path(u)
			if f.readable() > 0 || receiptPage.MatchString(u.Host+u.Path) {
				return f, true
			}
		}
	}
	return nil, false
}

// query takes the requisites by their names; behind a # too, where pages that are
// programs keep theirs.
func (f fields) query(u *url.URL) {
	_, inner, _ := strings.Cut(u.Fragment, "?")
	for _, raw := range []string{u.RawQuery, inner} {
		values, _ := url.ParseQuery(raw)
		for name, all := range values {
			if key := named[strings.ToLower(name)]; key != "" {
				for _, v := range all {
					f.add(key, v)
				}
			}
		}
	}
}

// path takes the requisites that stand in the path:
//
//	/rec/[INN/till/]<fn>/<document>/<sign>   ofd.ru
//	/vaucher/<till>/<document>/<sign>        ofd.yandex.ru
//	/rec/<till>/<ddmmyy>/<sign>              ofd.sbis.ru
//	/fss/<fn>/.../tickets/<document>         the tax service
func (f fields) path(u *url.URL) {
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if last := len(parts) - 1; last >= 3 {
		switch drive, document, sign := parts[last-2], parts[last-1], parts[last]; {
		case parts[0] == "rec" && within(u, "ofd.ru") && digits(drive, 16, 16):
			f.add("fn", drive)
			f.add("i", document)
			f.add("fp", sign)
		case parts[0] == "vaucher":
			f.add("i", document)
			f.add("fp", sign)
		case parts[0] == "rec" && within(u, "ofd.sbis.ru"):
			f.add("fp", sign)
		}
	}
	for i, part := range parts[:len(parts)-1] {
		switch part {
		case "fss":
			f.add("fn", parts[i+1])
		case "tickets":
			f.add("i", parts[i+1])
		}
	}
}
