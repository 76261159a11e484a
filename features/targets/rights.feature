Feature: On which targets somebody may run mirrord

  The right to connect is the verb `proxy` on `targets`. By naming targets in a role an administrator gives it for some
  of them. Besides, whoever connects has to have the right to read what they target, and mirrord looks at its pods itself.

  Background:
    Given the world "visit-counter"
    And the deployment "shop"
    And a user Noa
    And Noa may see the operator

  @req-TARG-017
  Scenario: A role that names a target
    Given Noa may run mirrord only on "deployment/shop"
    When Noa runs mirrord on "deployment/shop"
    Then there is 1 session
    When Noa tries to run mirrord on "deployment/ip-visit-counter"
    Then it is refused with the code 403 and the reason "Forbidden"
    And it is refused because of "cannot proxy resource"

  @req-TARG-018
  Scenario: With a container the target has another name
    Given Noa may run mirrord only on "deployment/shop"
    When Noa tries to run mirrord on "deployment/shop/container/main"
    Then it is refused with the code 403 and the reason "Forbidden"

  @req-TARG-018
  Scenario: Another workload of the same name is another target
    Given the statefulset "shop"
    And Noa may run mirrord only on "deployment/shop"
    When Noa tries to run mirrord on "statefulset/shop"
    Then it is refused with the code 403 and the reason "Forbidden"

  @req-TARG-019
  Scenario: Who may not read the workload may not target it
    Given Noa may "proxy" "targets"
    When Noa tries to run mirrord on "deployment/shop"
    Then it is refused with the code 403 and the reason "Forbidden"
    And it is refused because of "cannot get resource"
    And there are no sessions

  @req-TARG-019
  Scenario: Who may read it may
    Given Noa may "proxy" "targets"
    And Noa may "get" "deployments.apps"
    And Noa may "list" "pods"
    When Noa runs mirrord on "deployment/shop"
    Then there is 1 session

  @req-TARG-020
  Scenario: Without a target there is nothing to read
    Given Noa may "proxy" "targets"
    When Noa runs mirrord on "targetless"
    Then there is 1 session

  @req-TARG-021
  Scenario: A right in one namespace is none in another
    Given the deployment "checkout" in the namespace "shop"
    And Noa may "proxy" "targets" in the namespace "shop"
    And Noa may "get" "deployments.apps" in the namespace "shop"
    And Noa may "list" "pods" in the namespace "shop"
    When Noa runs mirrord on "deployment/checkout" in the namespace "shop"
    Then there is 1 session
    When Noa tries to run mirrord on "deployment/shop"
    Then it is refused with the code 403 and the reason "Forbidden"
