package max

import (
	"fmt"
	"strconv"

	"besedka/bots/fake"
)

// InitData is what a Mini App of the bot is told about a person who opens it now,
// dev.max.ru/docs/webapps/validation.
func (s *Server) InitData(person string) string {
	return fake.Launch(s.token, map[string]string{
		"user":      fmt.Sprintf(`{"id":%s,"first_name":"Person","last_name":"","language_code":"ru"}`, person),
		"auth_date": strconv.FormatInt(s.Now().UnixMilli(), 10),
		"chat":      `{"id":1,"type":"DIALOG"}`,
		"query_id":  "158b120b-7aa3-4a0f-a198-52ace06d0658",
	})
}
