package oci

import "sync"

// maxPlaces is of how many blobs the place is remembered, about half to all of it.
const maxPlaces = 32_768

// blobPlace is where a blob of an image is.
type blobPlace struct {
	place     place
	mediaType string // as stated by who points to it, may be empty
}

// places remembers where blobs are, which their digest alone does not say. It has
// two generations: when the young one is full, the old one is forgotten.
type places struct {
	mu         sync.Mutex
	young, old map[string]blobPlace
}

func (p *places) add(digest string, at blobPlace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.put(digest, at)
}

func (p *places) put(digest string, at blobPlace) {
	if p.young == nil || len(p.young) >= maxPlaces/2 {
		p.young, p.old = make(map[string]blobPlace), p.young
	}
	p.young[digest] = at
}

func (p *places) get(digest string) (blobPlace, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at, ok := p.young[digest]; ok {
		return at, true
	}
	at, ok := p.old[digest]
	if ok {
		p.put(digest, at)
	}
	return at, ok
}
