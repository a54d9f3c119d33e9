package flows

import (
	"path"
	"strings"

	"besedka/core/campaign/rules"
)

// readCampaigns reads campaigns/*.yaml by the rules' own reader.
func (l *loader) readCampaigns(names []string) {
	for _, name := range names {
		if path.Dir(name) != "campaigns" || !strings.HasSuffix(name, ".yaml") {
			continue
		}
		text := l.readFile(name)
		if text == nil {
			continue
		}
		c, problems := rules.Parse(name, text, rules.Terms{Zone: l.p.Location})
		l.problems = append(l.problems, problems...)
		l.p.Campaigns = append(l.p.Campaigns, c)
	}
}
