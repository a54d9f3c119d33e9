package telegram

import (
	"context"
	"encoding/json"
	"slices"
)

// emoji are some of those that a reaction may be, core.telegram.org/bots/api#reactiontypeemoji;
// a bot gives one at a time.
var emoji = []string{"👍", "👎", "👀", "✍", "🤔", "👌"}

// setMessageReaction puts the bot's mark under a message of a group; it is no message.
func (s *Server) setMessageReaction(_ context.Context, c call) (any, *apiError) {
	var marks []struct{ Type, Emoji string }
	if err := json.Unmarshal([]byte(c.fields["reaction"]), &marks); err != nil || len(marks) > 1 {
		return nil, badRequest("can't parse reaction types JSON object")
	}
	return s.withGroup(c, "", func(g *group) (any, *apiError) {
		id := c.int("message_id")
		switch {
		case id < 1 || id > s.messages:
			return nil, badRequest("message to react not found")
		case len(marks) == 0:
			delete(g.marks, id)
		case marks[0].Type != "emoji" || !slices.Contains(emoji, marks[0].Emoji):
			return nil, badRequest("REACTION_INVALID")
		default:
			g.marks[id] = marks[0].Emoji
		}
		return true, nil
	})
}
