package httpapi

import (
	"bytes"
	"context"
	"encoding/hex"
	"net/http"
	"net/url"
	"time"

	"github.com/opendeliverygear/odg/internal/rawjson"
	"github.com/opendeliverygear/odg/metadata"
	"github.com/opendeliverygear/odg/store"
)

// Cache is what is cached of descriptors, and what existing servers have cached in a
// database that they share with this one.
type Cache interface {
	// MarkCacheForDeletion marks a cached value as stale from a time on. Unknown ids
	// are fine.
	MarkCacheForDeletion(ctx context.Context, id string, at time.Time) error
}

func (s *Server) deleteCache(w http.ResponseWriter, r *http.Request) error {
	params := r.URL.Query()
	id, err := cacheID(params, r)
	if err != nil {
		return err
	}
	at, err := s.deleteAfter(params)
	if err != nil {
		return err
	}
	if s.cfg.Cache != nil {
		if err := s.cfg.Cache.MarkCacheForDeletion(r.Context(), id, at); err != nil {
			return err
		}
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// cacheID is the parameter id, or the id of what the body describes.
func cacheID(params url.Values, r *http.Request) (string, error) {
	if id := params.Get("id"); id != "" {
		if digits, err := hex.DecodeString(id); err != nil || len(digits) != 16 {
			return "", badRequest("id: want 32 hexadecimal digits")
		}
		return id, nil
	}
	body, err := readBody(r)
	if err != nil {
		return "", err
	}
	if len(bytes.TrimSpace(body)) == 0 {
		return "", badRequest("Either the id parameter or a cache descriptor in the body is required.")
	}
	id, err := store.CacheID(body)
	if err != nil {
		return "", badRequest("%v", err)
	}
	if err := rawjson.Check(body); err != nil {
		return "", badRequest("%v", err)
	}
	if err := rawjson.CheckKeys(body); err != nil {
		return "", badRequest("%v", err)
	}
	return id, nil
}

// deleteAfter is the time of the parameter deleteAfter, now if there is none.
func (s *Server) deleteAfter(params url.Values) (time.Time, error) {
	text := params.Get("deleteAfter")
	if text == "" {
		return s.cfg.Now(), nil
	}
	stamp, err := metadata.ParseTimestamp(text)
	if err != nil {
		return time.Time{}, badRequest("deleteAfter: %v", err)
	}
	at, err := stamp.Time()
	if err != nil {
		return time.Time{}, badRequest("deleteAfter: %v", err)
	}
	return at, nil
}
