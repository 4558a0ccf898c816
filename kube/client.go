package kube

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/gentype"
	"k8s.io/client-go/rest"
)

// Defaults of a [Config].
const (
	DefaultNamespace      = "default"
	DefaultRequestTimeout = 15 * time.Second
	DefaultPageSize       = 500
)

// FieldManager is the name under which this package changes resources.
const FieldManager = "odg"

// Config configures a [Client]. The zero Config works.
type Config struct {
	Namespace      string        // of all resources; default DefaultNamespace
	RequestTimeout time.Duration // of each request but watches; default DefaultRequestTimeout
	PageSize       int64         // resources that a list asks for at once; default DefaultPageSize
	// QPS limits the requests per second of this client, as several workers may share
	// an API server. Default: no limit, since the server protects itself (priority
	// and fairness) and client-go's own default of five would stop all work.
	QPS float32
	// Watches is told how the requests of informers go. Default: one that tells nobody.
	Watches *Watches
}

// Client reads and writes the custom resources of one namespace. It is safe for
// concurrent use.
type Client struct {
	cfg        Config
	items      Resource[*BacklogItem, *BacklogItemList]
	artefacts  Resource[*RuntimeArtefact, *RuntimeArtefactList]
	collection Resource[*LogCollection, *LogCollectionList]
}

// Resource is what may be done with resources of one kind. Changes are patches
// only, so that fields which this version does not know are kept. Methods are those
// of client-go's typed clients.
type Resource[T runtime.Object, L runtime.Object] interface {
	Create(ctx context.Context, object T, opts metav1.CreateOptions) (T, error)
	Get(ctx context.Context, name string, opts metav1.GetOptions) (T, error)
	List(ctx context.Context, opts metav1.ListOptions) (L, error)
	Watch(ctx context.Context, opts metav1.ListOptions) (watch.Interface, error)
	Patch(ctx context.Context, name string, pt types.PatchType, data []byte, opts metav1.PatchOptions, subresources ...string) (T, error)
	Delete(ctx context.Context, name string, opts metav1.DeleteOptions) error
}

// NewClient returns a client of the cluster of to. It makes no request.
func NewClient(to *rest.Config, cfg Config) (*Client, error) {
	if cfg.Namespace == "" {
		cfg.Namespace = DefaultNamespace
	}
	if cfg.RequestTimeout <= 0 {
		cfg.RequestTimeout = DefaultRequestTimeout
	}
	if cfg.PageSize <= 0 {
		cfg.PageSize = DefaultPageSize
	}
	if cfg.Watches == nil {
		cfg.Watches = &Watches{}
	}
	codecs, parameters, err := newCodecs()
	if err != nil {
		return nil, fmt.Errorf("register custom resources: %w", err)
	}
	own := rest.CopyConfig(to)
	own.APIPath, own.GroupVersion = "/apis", &GroupVersion
	own.NegotiatedSerializer = codecs.WithoutConversion()
	own.ContentType, own.AcceptContentTypes = runtime.ContentTypeJSON, runtime.ContentTypeJSON
	own.RateLimiter, own.QPS = nil, -1
	if cfg.QPS > 0 {
		own.QPS, own.Burst = cfg.QPS, int(cfg.QPS)+1
	}
	client, err := rest.RESTClientFor(own)
	if err != nil {
		return nil, fmt.Errorf("make client of the cluster: %w", err)
	}
	return &Client{
		cfg: cfg,
		items: gentype.NewClientWithList(ResourceBacklogItems, client, parameters, cfg.Namespace,
			func() *BacklogItem { return &BacklogItem{} }, func() *BacklogItemList { return &BacklogItemList{} }),
		artefacts: gentype.NewClientWithList(ResourceRuntimeArtefacts, client, parameters, cfg.Namespace,
			func() *RuntimeArtefact { return &RuntimeArtefact{} }, func() *RuntimeArtefactList { return &RuntimeArtefactList{} }),
		collection: gentype.NewClientWithList(ResourceLogCollections, client, parameters, cfg.Namespace,
			func() *LogCollection { return &LogCollection{} }, func() *LogCollectionList { return &LogCollectionList{} }),
	}, nil
}

// Namespace is the one whose resources the client reads and writes.
func (c *Client) Namespace() string { return c.cfg.Namespace }

// BacklogItems gives access to the items themselves; [Queue] is the way to change them.
func (c *Client) BacklogItems() Resource[*BacklogItem, *BacklogItemList] { return c.items }

// RuntimeArtefacts gives access to the runtime artefacts.
func (c *Client) RuntimeArtefacts() Resource[*RuntimeArtefact, *RuntimeArtefactList] {
	return c.artefacts
}

// LogCollections gives access to the log collections.
func (c *Client) LogCollections() Resource[*LogCollection, *LogCollectionList] { return c.collection }

// request bounds the time of one request.
func (c *Client) request(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, c.cfg.RequestTimeout,
		fmt.Errorf("the API server did not answer within %s: %w", c.cfg.RequestTimeout, context.DeadlineExceeded))
}
