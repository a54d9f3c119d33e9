package telegram

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"unicode/utf8"
)

// maxTopicName is core.telegram.org/bots/api#createforumtopic, in characters.
const maxTopicName = 128

// group is a supergroup that the bot sits in.
type group struct {
	plain  bool     // it has no topics
	lacks  []string // rights that the bot has not been given
	topics []*Topic
	marks  map[int64]string // the bot's reaction under a message
	pinned []int64
	gone   *apiError // why the bot reaches it no more
}

// Topic is one topic of a supergroup.
type Topic struct {
	Thread  int64
	Name    string
	Closed  bool
	Deleted bool
}

// AddGroup makes a supergroup with topics in which the bot is an administrator with all
// rights but those it lacks, by their names in the Bot API; lacking "is_forum" it has no
// topics. Again it changes what the bot lacks.
func (s *Server) AddGroup(id int64, lacks ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups[id] == nil {
		s.groups[id] = &group{marks: map[int64]string{}}
		s.people[id] = &person{}
	}
	s.groups[id].gone = nil
	s.groups[id].lacks, s.groups[id].plain = lacks, slices.Contains(lacks, "is_forum")
}

// Kick takes the bot out of a group; AddGroup lets it in again.
func (s *Server) Kick(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id].gone = &apiError{Code: http.StatusForbidden, Description: "Forbidden: bot was kicked from the supergroup chat"}
}

// Migrate makes another group of a group: the bot is told with whatever it asks of the old
// one. Nothing that stood there is in the new one.
func (s *Server) Migrate(id, to int64) {
	s.AddGroup(to)
	s.mu.Lock()
	defer s.mu.Unlock()
	moved := badRequest("group chat was upgraded to a supergroup chat")
	moved.Parameters = &parameters{MigrateTo: to}
	s.groups[id].gone = moved
}

// Topics are those of a group, the oldest first.
func (s *Server) Topics(id int64) (all []Topic) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.groups[id].topics {
		all = append(all, *t)
	}
	return all
}

// AddTopic makes a topic as somebody does by hand, and returns its number.
func (s *Server) AddTopic(id int64, name string) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages++
	s.groups[id].topics = append(s.groups[id].topics, &Topic{Thread: s.messages, Name: name})
	return s.messages
}

// DropTopic lets a person delete a topic with all that is in it. The bot is not told.
func (s *Server) DropTopic(id, thread int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[id].drop(s, id, thread)
}

func (g *group) drop(s *Server, id, thread int64) {
	if t := g.topic(thread); t != nil {
		t.Deleted = true
	}
	for i := range s.sent {
		if m := &s.sent[i]; m.Chat == id && m.Thread == thread {
			m.deleted = true
		}
	}
	s.change()
}

// topic is one that can be written to; nil when there is none any more.
func (g *group) topic(thread int64) *Topic {
	for _, t := range g.topics {
		if t.Thread == thread && !t.Deleted {
			return t
		}
	}
	return nil
}

// Mark is the bot's reaction under a message of a group, "" none.
func (s *Server) Mark(id, message int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.groups[id].marks[message]
}

// Pinned are the messages that the bot has pinned in a group.
func (s *Server) Pinned(id int64) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.groups[id].pinned)
}

// Standing are the messages of the bot that stand in a topic, as they are now.
func (s *Server) Standing(id, thread int64) (all []Sent) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.sentTo(id, 0) {
		if now := s.standing(id, m.MessageID); now != nil && now.N == m.N && m.Thread == thread {
			all = append(all, m)
		}
	}
	return all
}

// Await returns when cond is true, which is asked at every change, or ctx ends.
func (s *Server) Await(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// inThread says why the bot cannot write to the topic that a call names. The lock is held.
func (s *Server) inThread(c call) *apiError {
	thread := c.int("message_thread_id")
	if g := s.groups[c.chat()]; g != nil && g.gone != nil {
		return g.gone
	}
	if g := s.groups[c.chat()]; thread != 0 && (g == nil || g.topic(thread) == nil) {
		return badRequest("message thread not found")
	}
	return nil
}

// withGroup does something in a group for which the bot needs a right.
func (s *Server) withGroup(c call, right string, do func(g *group) (any, *apiError)) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.groups[c.chat()]
	switch {
	case g == nil:
		return nil, badRequest("chat not found")
	case g.gone != nil:
		return nil, g.gone
	case right != "" && slices.Contains(g.lacks, right):
		return nil, badRequest("not enough rights")
	}
	result, refused := do(g)
	s.change()
	return result, refused
}

// createForumTopic counts as a message.
func (s *Server) createForumTopic(_ context.Context, c call) (any, *apiError) {
	return s.withGroup(c, "can_manage_topics", func(g *group) (any, *apiError) {
		name := c.fields["name"]
		switch n := utf8.RuneCountInString(name); {
		case g.plain:
			return nil, badRequest("the chat is not a forum")
		case n < 1 || n > maxTopicName:
			return nil, badRequest("TOPIC_TITLE_INVALID")
		}
		if refused := s.reach(c.chat()); refused != nil {
			return nil, refused
		}
		s.messages++ // a topic is known by the message that made it
		g.topics = append(g.topics, &Topic{Thread: s.messages, Name: name})
		return map[string]any{"message_thread_id": s.messages, "name": name, "icon_color": 7322096}, nil
	})
}

// editForumTopic counts as a message, as every change of one does.
func (s *Server) editForumTopic(_ context.Context, c call) (any, *apiError) {
	return s.withGroup(c, "can_manage_topics", func(g *group) (any, *apiError) {
		name, t := c.fields["name"], g.topic(c.int("message_thread_id"))
		switch n := utf8.RuneCountInString(name); {
		case t == nil:
			return nil, badRequest("message thread not found")
		case n > maxTopicName:
			return nil, badRequest("TOPIC_TITLE_INVALID")
		case t.Name == name:
			return nil, badRequest("TOPIC_NOT_MODIFIED")
		}
		if refused := s.reach(c.chat()); refused != nil {
			return nil, refused
		}
		t.Name = name
		return true, nil
	})
}

func (s *Server) setTopicClosed(c call, closed bool) (any, *apiError) {
	return s.withGroup(c, "can_manage_topics", func(g *group) (any, *apiError) {
		t := g.topic(c.int("message_thread_id"))
		switch {
		case t == nil:
			return nil, badRequest("message thread not found")
		case t.Closed == closed:
			return nil, badRequest("TOPIC_NOT_MODIFIED")
		}
		t.Closed = closed
		return true, nil
	})
}

func (s *Server) closeForumTopic(_ context.Context, c call) (any, *apiError) {
	return s.setTopicClosed(c, true)
}

func (s *Server) reopenForumTopic(_ context.Context, c call) (any, *apiError) {
	return s.setTopicClosed(c, false)
}

func (s *Server) deleteForumTopic(_ context.Context, c call) (any, *apiError) {
	return s.withGroup(c, "can_delete_messages", func(g *group) (any, *apiError) {
		thread := c.int("message_thread_id")
		if g.topic(thread) == nil {
			return nil, badRequest("TOPIC_ID_INVALID")
		}
		g.drop(s, c.chat(), thread)
		return true, nil
	})
}

func (s *Server) pinChatMessage(_ context.Context, c call) (any, *apiError) {
	return s.withGroup(c, "can_pin_messages", func(g *group) (any, *apiError) {
		id := c.int("message_id")
		if s.standing(c.chat(), id) == nil {
			return nil, badRequest("message to pin not found")
		}
		g.pinned = append(g.pinned, id)
		return true, nil
	})
}

func (s *Server) getChat(_ context.Context, c call) (any, *apiError) {
	return s.withGroup(c, "", func(g *group) (any, *apiError) {
		return map[string]any{"id": c.chat(), "type": "supergroup", "title": "Staff", "is_forum": !g.plain}, nil
	})
}

func (s *Server) getChatMember(_ context.Context, c call) (any, *apiError) {
	return s.withGroup(c, "", func(g *group) (any, *apiError) {
		member := map[string]any{"status": "administrator", "user": s.self()}
		for _, right := range []string{"can_manage_topics", "can_pin_messages", "can_delete_messages"} {
			member[right] = !slices.Contains(g.lacks, right)
		}
		if slices.Contains(g.lacks, "administrator") {
			member = map[string]any{"status": "member", "user": s.self()}
		}
		return member, nil
	})
}

// TapBy lets a member of a group press a key, from 0 in reading order, of the message
// numbered n.
func (s *Server) TapBy(from int64, n, key int) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n < 1 || n > len(s.sent) {
		return 0, fmt.Errorf("there is no message %d", n)
	}
	m := s.sent[n-1]
	keys := slices.Concat(m.Inline...)
	if key >= len(keys) {
		return 0, fmt.Errorf("message %d has no key %d", n, key)
	}
	a := Act{From: from, Group: m.Chat, Thread: m.Thread}
	return s.update(a, map[string]any{"callback_query": s.query(a, m, keys[key].Data)})
}

// RefuseLinks lets the server refuse keys with links, as it does of addresses that are not
// of the internet.
func (s *Server) RefuseLinks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlinked = true
}

// linked says why a message is refused for the links in its keys. The lock is held.
func (s *Server) linked(m Sent) *apiError {
	for _, b := range slices.Concat(m.Inline...) {
		if b.URL != "" && s.unlinked {
			return badRequest("BUTTON_URL_INVALID")
		}
	}
	return nil
}

// Toast is what the answer to the newest tap says.
func (s *Server) Toast() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.toast
}

// Newest is the number of the newest message anywhere.
func (s *Server) Newest() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.messages
}
