package console

import "net/http"

// showTelegramCode gives a person the code by which they prove to the staff's bot which
// number they have in Telegram, this once.
func (s *server) showTelegramCode(v *Visit) error {
	if !s.Group {
		return Refusal{http.StatusNotFound, "missing"}
	}
	code, err := s.Staff.TelegramCode(v.R.Context(), v.Now, v.By.ID, v.By.ID)
	if err != nil {
		return err
	}
	return v.Show(telegramPage(v.View, code))
}
