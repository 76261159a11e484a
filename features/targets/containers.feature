Feature: Which container is targeted

  If none is named it is the one that the pod's annotation says, else the first that is no sidecar of a service mesh.

  Background:
    Given the world "visit-counter"

  @req-TARG-007
  Scenario Outline: The first that is no sidecar
    Given the deployment "shop" with the containers "<containers>"
    When Dana runs mirrord on "deployment/shop"
    Then Dana's mirrord has the variable "CONTAINER" from "<chosen>"

    Examples:
      | containers                    | chosen      |
      | web                           | web         |
      | web and worker                | web         |
      | istio-proxy and web           | web         |
      | linkerd-proxy, web and worker | web         |
      | vault-agent and istio-proxy   | vault-agent |

  @req-TARG-008
  Scenario: The annotated one
    Given the deployment "shop" with the containers "web and worker", of which "worker" is the default
    When Dana runs mirrord on "deployment/shop"
    Then Dana's mirrord has the variable "CONTAINER" from "worker"

  @req-TARG-008
  Scenario: An annotation that names no container counts for nothing
    Given the deployment "shop" with the containers "web and worker", of which "gone" is the default
    When Dana runs mirrord on "deployment/shop"
    Then Dana's mirrord has the variable "CONTAINER" from "web"

  @req-TARG-005
  Scenario: What is named comes before both
    Given the deployment "shop" with the containers "istio-proxy and web", of which "web" is the default
    When Dana runs mirrord on "deployment/shop/container/istio-proxy"
    Then Dana's mirrord has the variable "CONTAINER" from "istio-proxy"

  @req-TARG-002 @req-TARG-003
  Scenario Outline: Whatever stands for pods has the container of one
    Given the deployment "shop" with the containers "istio-proxy and web"
    And the service "shop"
    When Dana runs mirrord on "<target>"
    Then Dana's mirrord has the variable "CONTAINER" from "web"

    Examples:
      | target         |
      | service/shop   |
      | label/app=shop |

  @req-TARG-009
  Scenario: Nothing is targeted, nothing is inherited
    When Dana runs mirrord on "targetless"
    Then Dana's mirrord has the variable "CONTAINER" from "(none)"
