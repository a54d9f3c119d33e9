package max

import "besedka/bots"

// Vouch implements bots.Voucher; data is WebApp.initData of MAX Bridge.
func (a *Adapter) Vouch(data string) (peer string, err error) {
	return bots.Launched(a.cfg.Token, data, a.cfg.Now())
}
