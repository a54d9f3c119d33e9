package telegram

import (
	"fmt"
	"strconv"

	"besedka/bots/fake"
)

// InitData is what a Mini App of the bot is told about a person who opens it now,
// core.telegram.org/bots/webapps#webappinitdata.
func (s *Server) InitData(person int64) string {
	return fake.Launch(s.token, map[string]string{
		"user":      fmt.Sprintf(`{"id":%d,"first_name":"Person","language_code":"ru"}`, person),
		"auth_date": strconv.FormatInt(s.now().Unix(), 10),
		"chat_type": "private",
		"signature": "not-looked-at",
	})
}
