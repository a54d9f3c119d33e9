package main

// whatsappCmd are acts about WhatsApp accounts.
type whatsappCmd struct {
	Pair whatsappPairCmd `cmd:"" help:"Link this installation to a WhatsApp account, as WhatsApp's own page is linked. Experimental, unofficial."`
}
