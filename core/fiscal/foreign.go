package fiscal

import "strings"

// hosts tells what else shoppers send: pages of other countries' fiscal services
// and the excise mark of Russian alcohol. A host matches with its subdomains.
// The addresses were collected from public documentation and code of each service.
var hosts = []struct {
	host, country string
	reason        Reason
}{
	{"check.egais.ru", "RU", EGAIS},
	{"oofd.kz", "KZ", ForeignReceipt},
	{"ofd1.kz", "KZ", ForeignReceipt},
	{"kofd.kz", "KZ", ForeignReceipt},
	{"4ek.kz", "KZ", ForeignReceipt},
	{"ofd.soliq.uz", "UZ", ForeignReceipt},
	{"tax.salyk.kg", "KG", ForeignReceipt},
	{"suf.purs.gov.rs", "RS", ForeignReceipt},
	{"info-center.by", "BY", ForeignReceipt},
	{"e-kassa.gov.az", "AZ", ForeignReceipt},
}

// classify tells apart what is not a Russian receipt; the reason is "" for what
// at least tries to be one. Kazakh links carry t, s and i too, so only fn
// together with fp proves a Russian one.
func classify(text string, fields map[string]string) (Reason, string) {
	_, fn := fields["fn"]
	_, fp := fields["fp"]
	if fn && fp {
		return "", ""
	}
	if host := hostOf(text); host != "" {
		for _, known := range hosts {
			if host == known.host || strings.HasSuffix(host, "."+known.host) {
				return known.reason, known.country
			}
		}
		return NotFiscal, ""
	}
	if present(fields) < 4 {
		return NotFiscal, ""
	}
	return "", ""
}

// present counts the fields of a fiscal QR code: four of six are one with a piece
// missing, fewer are something else.
func present(fields map[string]string) (n int) {
	for _, key := range []string{"t", "s", "fn", "i", "fp", "n"} {
		if _, found := fields[key]; found {
			n++
		}
	}
	return n
}

// hostOf is the host of a link, with or without its scheme, or "".
func hostOf(text string) string {
	text = strings.ToLower(text)
	_, rest, scheme := strings.Cut(text, "://")
	if !scheme {
		rest = text
	}
	end := strings.IndexAny(rest, "/?#:")
	if end < 0 {
		end = len(rest)
	}
	host := rest[:end]
	if scheme || strings.Contains(host, ".") && !strings.ContainsAny(host, "=& ") {
		return host
	}
	return ""
}
