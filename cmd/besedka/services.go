package main

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"

	"besedka/core/service"
	"besedka/flows"
)

// services is what whoever installs us lets a programme ask of others.
type services struct {
	Private []string `name:"private-hosts" help:"Hosts of services in a network of our own, as their addresses have them: crm.local:8080. Only a service that the programme marks private may ask them." env:"BESEDKA_SERVICE_PRIVATE_HOSTS"`

	secrets map[string]service.Secret // by the names that programmes have
	offline bool                      // nobody of the internet is asked
}

const servicePrefix, serviceSuffix, serviceHost = "BESEDKA_SERVICE_", "_SECRET", "_HOST"

// readServiceSecrets finds every BESEDKA_SERVICE_<NAME>_SECRET, in files every one
// that ends in _FILE, and the host it is for in BESEDKA_SERVICE_<NAME>_HOST.
func readServiceSecrets(environ []string) (map[string]service.Secret, error) {
	found := map[string]service.Secret{}
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		of, isFile := strings.CutSuffix(name, "_FILE")
		of, ours := strings.CutPrefix(of, servicePrefix)
		of, secret := strings.CutSuffix(of, serviceSuffix)
		if !ours || !secret || value == "" || isFile && found[of].Value != "" {
			continue
		}
		if isFile {
			text, err := os.ReadFile(value)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			value = strings.TrimSpace(string(text))
		}
		found[of] = service.Secret{Value: value, Host: valueOf(environ, servicePrefix+of+serviceHost)}
	}
	return found, nil
}

// valueOf is the value of a variable, "" when it is not there.
func valueOf(environ []string, name string) string {
	for _, variable := range environ {
		if value, ok := strings.CutPrefix(variable, name+"="); ok {
			return value
		}
	}
	return ""
}

// ready reads the secrets and tells which of the programme's are missing: its calls
// will fail, and everything else goes on.
func (s *services) ready(ctx context.Context, p *flows.Programme, log *slog.Logger) (err error) {
	if s.secrets, err = readServiceSecrets(os.Environ()); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Services)) {
		if secret := p.Services[name].Secret; secret != "" && (s.secrets[secret].Value == "" || s.secrets[secret].Host == "") {
			log.WarnContext(ctx, "a service of the programme has no secret, or no host is told that it is for: calls of it fail",
				"service", name, "wanted", servicePrefix+secret+serviceSuffix, "and", servicePrefix+secret+serviceHost)
		}
	}
	return nil
}

// asksServices makes what asks for the app.
func (a *app) asksServices(turns waker) *service.Service {
	return service.New(service.Config{
		DB: a.db, Keys: a.keys, Door: a.door, Secrets: a.services.secrets, Private: a.services.Private, Offline: a.services.offline, Wake: turns.nudge, Log: a.log,
	})
}
