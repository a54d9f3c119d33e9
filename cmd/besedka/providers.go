package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"besedka/core/receipt"
	"besedka/core/verify"
)

// providers are the services that confirm receipts, as whoever installs us has
// contracts with them.
type providers struct {
	FNSURL   string `name:"fns-url" help:"Address of the tax service's open API." default:"https://openapi.nalog.ru:8090" env:"BESEDKA_FNS_URL"`
	FNSToken secret `name:"fns-token" help:"Master token of the tax service; without it receipts wait for a person." env:"BESEDKA_FNS_TOKEN"`
	FNSQuota int    `name:"fns-quota" help:"Requests a day in the contract with the tax service, a fifth of them for new receipts; 0: as many as it allows." default:"1000" env:"BESEDKA_FNS_QUOTA"`
	FNSUser  bool   `name:"fns-user" help:"Tell the tax service a pseudonym of the shopper, by which it counts." default:"true" negatable:"" env:"BESEDKA_FNS_USER"`

	CheckURL   string `name:"proverkacheka-url" help:"Address of proverkacheka.com." default:"https://proverkacheka.com" env:"BESEDKA_PROVERKACHEKA_URL"`
	CheckToken secret `name:"proverkacheka-token" help:"Token of proverkacheka.com, asked while the tax service cannot be, and when there is none." env:"BESEDKA_PROVERKACHEKA_TOKEN"`
	CheckQuota int    `name:"proverkacheka-quota" help:"Requests a day to proverkacheka.com, a fifth of them for new receipts; 0: as many as it allows." default:"15" env:"BESEDKA_PROVERKACHEKA_QUOTA"`
}

// check refuses what makes no sense.
func (p providers) check() error {
	if p.FNSQuota < 0 || p.CheckQuota < 0 {
		return errors.New("a quota is a number of requests a day, 0 for no limit of ours")
	}
	return nil
}

// real says whether a service outside is to be asked.
func (p providers) real() bool { return p.FNSToken != "" || p.CheckToken != "" }

// into puts the services that there are tokens for into s.
func (p providers) into(s *settings) {
	if p.FNSToken != "" {
		s.provider, s.name, s.quota = verify.New(p.FNSURL, string(p.FNSToken)), "fns", p.FNSQuota
		if !p.FNSUser {
			s.provider.Anonymous()
		}
	}
	if p.CheckToken != "" {
		s.second, s.secondQuota = verify.NewProverkacheka(p.CheckURL, string(p.CheckToken)), p.CheckQuota
	}
}

// taxService warns when a receipt would not be asked for at once at the tax
// service: there is none, or it is down, refuses our token or has answered enough
// for the day; the log has more.
func (a *app) taxService(ctx context.Context) (string, error) {
	switch {
	case a.provider == nil && a.second == nil:
		return "no tax service is configured: receipts wait for a person", nil
	case a.provider == nil:
		return "no tax service is configured: proverkacheka.com alone is asked", nil
	}
	return a.paused(ctx, a.name, "the tax service")
}

// secondProvider warns of the other one, if there is one.
func (a *app) secondProvider(ctx context.Context) (string, error) {
	if a.second == nil {
		return "", nil
	}
	return a.paused(ctx, receipt.Proverkacheka, "proverkacheka.com")
}

func (a *app) paused(ctx context.Context, name, called string) (string, error) {
	all, err := a.receipts.Standings(ctx)
	if err != nil {
		return "", err
	}
	for _, st := range all {
		until, why := st.PausedUntil(a.now())
		if st.Name == name && !until.IsZero() {
			return fmt.Sprintf("%s is not asked until %s (%s): see the log", called, until.UTC().Format(time.RFC3339), why), nil
		}
	}
	return "", nil
}
