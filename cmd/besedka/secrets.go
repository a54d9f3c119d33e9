package main

import (
	"fmt"
	"os"
	"strings"
)

// secret is a setting that is never printed.
type secret string

// String keeps it out of logs and errors.
func (secret) String() string { return "…" }

// secrets may also be given as files: X_FILE names a file that holds X.
var secrets = []string{
	"BESEDKA_STAFF_GROUP_TOKEN", "BESEDKA_TELEGRAM_TOKEN", "BESEDKA_TELEGRAM_WEBHOOK_SECRET",
	"BESEDKA_WHATSAPP_TOKEN", "BESEDKA_WHATSAPP_APP_SECRET", "BESEDKA_WHATSAPP_VERIFY_TOKEN",
	"BESEDKA_MAX_TOKEN", "BESEDKA_MAX_WEBHOOK_SECRET", "BESEDKA_VK_TOKEN", "BESEDKA_VK_WEBHOOK_SECRET", "BESEDKA_VIBER_TOKEN",
	"BESEDKA_SMS_KEY", "BESEDKA_SMTP_URL", "BESEDKA_WIDGET_SECRET", "BESEDKA_FNS_TOKEN", "BESEDKA_PROVERKACHEKA_TOKEN", "BESEDKA_TOKEN", "DATABASE_URL",
}

// readSecrets puts secrets kept in files where the command line looks for them.
func readSecrets() error {
	for _, name := range secrets {
		file := os.Getenv(name + "_FILE")
		if file == "" || os.Getenv(name) != "" {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return fmt.Errorf("%s_FILE: %w", name, err)
		}
		if err := os.Setenv(name, strings.TrimSpace(string(text))); err != nil {
			return fmt.Errorf("%s_FILE: %w", name, err)
		}
	}
	return nil
}
