Feature: What can be targeted

  A target is named by the kind of a workload and its name, and a container if need be. The session covers the workload's
  pods that are ready.

  Background:
    Given the world "visit-counter"

  @req-TARG-001
  Scenario Outline: Every kind of workload
    Given the <kind> "shop"
    And Dana may "get" "rollouts.argoproj.io"
    When Dana runs mirrord on "<kind>/shop"
    Then the sessions are
      | target      | namespace |
      | <kind>/shop | default   |

    Examples:
      | kind        |
      | deployment  |
      | statefulset |
      | replicaset  |
      | rollout     |
      | pod         |
      | job         |
      | cronjob     |

  @req-TARG-002
  Scenario: A Service stands for the pods that it selects
    Given the deployment "shop"
    And the service "shop"
    And Dana runs mirrord on "service/shop"
    And Dana steals port 80
    When Aviram runs mirrord on a pod of "shop"
    And Aviram tries to steal port 80
    Then it is refused

  @req-TARG-003
  Scenario: A label stands for all pods that have it
    Given the deployment "shop"
    And Dana runs mirrord on "label/app=shop"
    And Dana steals port 80
    When Aviram runs mirrord on "deployment/shop"
    And Aviram tries to steal port 80
    Then it is refused
    And the sessions are
      | target          |
      | label/app=shop  |
      | deployment/shop |

  @req-TARG-004
  Scenario: Without a target a session has no pods, and lives all the same
    When Dana runs mirrord on "targetless"
    Then the sessions are
      | target     | namespace |
      | targetless | default   |

  @req-TARG-005
  Scenario: A container may be named
    Given the deployment "shop" with the containers "web and worker"
    When Dana runs mirrord on "deployment/shop/container/worker"
    Then the sessions are
      | target                           |
      | deployment/shop/container/worker |
    And Dana's mirrord has the variable "CONTAINER" from "worker"

  @req-TARG-005
  Scenario: One that the pods do not have is refused
    When Dana tries to run mirrord on "deployment/ip-visit-counter/container/nothing"
    Then it is refused with
      """
      Deployment `default/ip-visit-counter` is in invalid state: specified pod template does not contain target container `nothing`
      """

  @req-TARG-006
  Scenario Outline: What is not there, or no target at all, is refused
    When Dana tries to run mirrord on "<target>"
    Then it is refused with the code <code> and the reason "<reason>"
    And there are no sessions

    Examples:
      | target               | code | reason     |
      | deployment/nothing   | 404  | NotFound   |
      | pod/nothing          | 404  | NotFound   |
      | statefulset/nothing  | 404  | NotFound   |
      | daemonset/nothing    | 400  | BadRequest |
      | ip-visit-counter     | 400  | BadRequest |

  @req-TARG-006
  Scenario: A kind that the cluster does not know
    Given Dana may "get" "rollouts.argoproj.io"
    When Dana tries to run mirrord on "rollout/shop"
    Then it is refused with the code 404 and the reason "NotFound"
