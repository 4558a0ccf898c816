// Package serve runs HTTP servers until they are to stop, and lets the requests
// that have begun end before.
//
//	servers, err := serve.Listen(log,
//		serve.Server{Name: "api", Address: "127.0.0.1:5000", Handler: api},
//		serve.Server{Name: "metrics", Address: "127.0.0.1:5001", Handler: metrics})
//	if err != nil {
//		return err
//	}
//	return servers.Run(ctx, 25*time.Second, log)
//
// A [Swap] is a handler that is replaced while it serves.
package serve
