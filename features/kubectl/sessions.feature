@needs_kubectl
Feature: Sessions as kubectl sees them

  Sessions are a resource of the operator's API, so kubectl lists and deletes them like any other, if the user may.

  Background:
    Given the world "busy"

  @smoke @req-KUBE-001
  Scenario: List the sessions of all namespaces
    When the administrator runs "kubectl get sessions -A"
    Then the command succeeds
    And the output contains "C527FE7D9C30979E"
    And the output contains "487F4F2B6D2376AD"

  @req-KUBE-002
  Scenario: List the sessions of one namespace
    When the administrator runs "kubectl get sessions -n shop"
    Then the command succeeds
    And the output contains "487F4F2B6D2376AD"
    And the output does not contain "C527FE7D9C30979E"

  @req-KUBE-003
  Scenario: The roles of the product do not let its users list them
    When Aviram runs "kubectl get sessions -A"
    Then the command fails
    And the error contains
      """
      Error from server (Forbidden): sessions.operator.metalbear.co is forbidden: User "aviram@metalbear.co" cannot list resource "sessions" in API group "operator.metalbear.co" at the cluster scope
      """

  @destructive @req-KUBE-004
  Scenario: Delete one
    When the administrator runs "kubectl delete sessions C527FE7D9C30979E -n default"
    Then the command succeeds
    And the session "C527FE7D9C30979E" is gone
    And Aviram is disconnected
    And Dana is still connected

  @req-KUBE-005
  Scenario: A right in the namespace is enough for kubectl, which names the namespace
    Given a user Noa
    And Noa may "get and delete" "sessions" in the namespace "default"
    When Noa runs "kubectl delete sessions C527FE7D9C30979E -n default --wait=false"
    Then the command succeeds
    And the session "C527FE7D9C30979E" is gone

  @req-KUBE-006
  Scenario Outline: Asking what one may do
    Given the role "mirrord-operator-user" without the verb "deletecollection" on "sessions"
    When <person> runs "kubectl auth can-i <verb> sessions.operator.metalbear.co"
    Then the exit code is <exit code>
    And the output contains "<answer>"

    Examples:
      | person            | verb             | answer | exit code |
      | Dana              | delete           | yes    | 0         |
      | Dana              | deletecollection | no     | 1         |
      | the administrator | deletecollection | yes    | 0         |
      | Dana              | list             | no     | 1         |
