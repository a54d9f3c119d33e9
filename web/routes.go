package web

import "net/http"

// routes is every address of the site.
func (s *server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page(s.showHome))
	mux.HandleFunc("GET /rules", s.page(s.showRules))
	mux.HandleFunc("GET /chat", s.page(s.showChat))
	mux.HandleFunc("GET /a/{file}", ServeAsset)
	mux.HandleFunc("GET /widget.js", s.serveWidget)
	mux.HandleFunc("GET /chat/frame", s.page(s.showFrame))
	mux.HandleFunc("GET /chat/frame.css", s.serveTheme)
	mux.HandleFunc("GET /letters/{token}", s.page(s.askToEnd))
	mux.HandleFunc("POST /letters/{token}", s.page(s.endLetters))

	mux.HandleFunc("POST /api/chat/session", s.openSession)
	mux.HandleFunc("POST /api/chat/messages", s.asPeer(s.texts.paced(s.acceptMessage)))
	mux.HandleFunc("POST /api/chat/photos", s.asPeer(s.photos.paced(s.acceptPhoto)))
	mux.HandleFunc("GET /api/chat/messages", s.asPeer(s.listMessages))
	mux.HandleFunc("GET /api/chat/events", s.asPeer(s.streamMessages))
	mux.HandleFunc("GET /api/chat/media/{ref...}", s.asPeer(s.serveMedia))

	mux.HandleFunc("GET /healthz", s.alive)
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", s.metrics())

	if s.Picture != nil {
		mux.HandleFunc("GET /pictures/{name}", s.servePicture)
	}
	if s.Enter != nil {
		mux.HandleFunc("GET /app", s.inside(s.showApp))
		mux.HandleFunc("GET /app/chat", s.inside(s.showAppChat))
		mux.HandleFunc("POST /api/chat/app/{channel}", s.enterApp)
	}
	if s.Demo != nil {
		mux.HandleFunc("GET /demo", s.page(s.showDemo))
		mux.HandleFunc("GET /demo/shop", s.page(s.showShop))
		mux.HandleFunc("GET /demo/events", s.page(s.streamStory))
		mux.HandleFunc("GET /demo/receipts/{kind}", s.serveReceipt)
		mux.HandleFunc("POST /demo/fault", s.setFault)
		mux.HandleFunc("POST /demo/books", s.page(s.checkBooks))
		mux.HandleFunc("POST /demo/again", s.startAgain)
	}
	if s.Console != nil {
		mux.Handle("/console", s.Console)
		mux.Handle("/console/", s.Console)
	}
	if s.API != nil {
		mux.Handle("/api/v1/", s.API)
		mux.Handle("GET /api/openapi.json", s.API)
	}
	if s.Hooks != nil {
		mux.Handle("/hooks/", s.Hooks)
	}
	mux.HandleFunc("/", s.page(s.showMissing))
	return mux
}
