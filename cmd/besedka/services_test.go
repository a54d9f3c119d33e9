package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"besedka/core/service"
)

func TestServiceSecrets(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "crm")
	if err := os.WriteFile(file, []byte("in a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readServiceSecrets([]string{
		"HOME=/", "BESEDKA_SERVICE_LOYALTY_SECRET=a=b", "BESEDKA_SERVICE_CRM_SECRET_FILE=" + file, "BESEDKA_SERVICE_EMPTY_SECRET=",
		"BESEDKA_SERVICE_LOYALTY_SECRET_FILE=" + file, "BESEDKA_SERVICE_LOYALTY_HOST=crm.example.org", "BESEDKA_SERVICE_PRIVATE_HOSTS=x", "BESEDKA_FNS_TOKEN=y",
	})
	if diff := cmp.Diff(map[string]service.Secret{"LOYALTY": {Value: "a=b", Host: "crm.example.org"}, "CRM": {Value: "in a file"}}, got); diff != "" || err != nil {
		t.Errorf("%v %s", err, diff)
	}
	if _, err := readServiceSecrets([]string{"BESEDKA_SERVICE_CRM_SECRET_FILE=" + file + ".gone"}); err == nil {
		t.Error("a file that is not there is read")
	}
}
