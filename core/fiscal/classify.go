package fiscal

import "net/url"

// enough of six requisites are a fiscal code with a piece missing; fewer are
// something else.
const enough = 4

// classify tells apart what is not a Russian receipt; it is nil for what at least
// tries to be one. Kazakh links carry t, s and i too, so only fn together with fp
// proves a Russian one before addresses are looked at.
func classify(text string, f fields) *Refusal {
	_, fn := f["fn"]
	_, fp := f["fp"]
	if fn && fp {
		return nil
	}
	all := addresses(text)
	if isEGAIS(all) {
		return &Refusal{Reason: EGAIS, Country: "RU"}
	}
	foreign, ok := abroad(all)
	if !ok {
		foreign, ok = bareBY(text)
	}
	if ok {
		return &Refusal{Reason: ForeignReceipt, Country: foreign.Country, Foreign: foreign}
	}
	if _, ok := shown(all); ok || f.draft().Begun() { // the rest can be asked for
		return nil
	}
	if len(all) > 0 || f.present() < enough {
		return &Refusal{Reason: NotFiscal, Kind: kindOf(text)}
	}
	return nil
}

func isEGAIS(all []*url.URL) bool {
	for _, u := range all {
		for _, host := range egais {
			if within(u, host) {
				return true
			}
		}
	}
	return false
}
