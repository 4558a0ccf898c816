//go:build unix

package firetest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/opendeliverygear/odg/kube"
	"github.com/opendeliverygear/odg/scaling"
)

// ordersVariable makes a test process one that carries out the orders in it.
const ordersVariable = "ODG_FIRE_ORDERS"

// The roles.
const (
	roleCrew       = "crew"
	roleController = "controller"
)

// maxReplicas is how many pods the controller may want.
const maxReplicas = 3

// service is whose items are worked on.
const service = "osid"

// orders say what a process is to do.
type orders struct {
	Role       string
	Name       string // nobody else has it
	Kubeconfig string
	Namespace  string

	Core    string // crew: URL of ODG Core
	Workers int    // crew: how many work in the process
	Lease   time.Duration
	Scan    time.Duration // crew: how long the scan of an artefact takes
}

func TestMain(m *testing.M) {
	text := os.Getenv(ordersVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	go func() { // a process without its test ends
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	var o orders
	err := json.Unmarshal([]byte(text), &o)
	if err == nil {
		err = o.carryOut(context.Background())
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func (o orders) carryOut(ctx context.Context) error {
	config, err := clientcmd.BuildConfigFromFlags("", o.Kubeconfig)
	if err != nil {
		return err
	}
	log := zerolog.New(os.Stderr).Level(zerolog.WarnLevel).With().Str("process", o.Name).Timestamp().Logger()
	switch o.Role {
	case roleCrew:
		return o.work(ctx, config, log)
	case roleController:
		return o.control(ctx, config, log)
	}
	return fmt.Errorf("no role %q", o.Role)
}

// control scales the workers' Deployment, to which no process of the test belongs, and
// takes the claims back that nobody renews.
func (o orders) control(ctx context.Context, config *rest.Config, log zerolog.Logger) error {
	controller, err := kube.NewController(config, kube.ControllerConfig{
		Namespace: o.Namespace, Identity: o.Name, LeaseDuration: o.Lease / 2, Log: log.Level(zerolog.InfoLevel),
		Rules: func(string) scaling.Rules {
			return scaling.Rules{Config: scaling.Config{ItemsPerReplica: 500, MaxReplicas: maxReplicas}, Stabilisation: time.Second}
		},
	})
	if err != nil {
		return err
	}
	return controller.Run(ctx)
}
