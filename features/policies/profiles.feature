Feature: Policies about profiles

  An administrator may demand that sessions are started with a profile, and name those that are allowed.

  Background:
    Given the world "visit-counter"
    And the cluster profile
      """
      metadata: {name: only-steal}
      spec:
        changes: [{change: incoming-steal}]
      """

  @req-POLI-018
  Scenario: A profile is demanded
    Given the policy
      """
      metadata: {name: demanding}
      spec:
        block: []
        requireProfile: true
      """
    When Dana tries to run mirrord on "deployment/ip-visit-counter"
    Then it is refused with the code 403 and the reason "Forbidden"
    And it is refused because of "demanding"
    And there are no sessions
    When Dana runs mirrord on "deployment/ip-visit-counter" with the profile "only-steal"
    Then there is 1 session

  @req-POLI-018
  Scenario: One policy that demands it is enough
    Given the policy
      """
      metadata: {name: easy}
      spec:
        block: []
        requireProfile: false
      """
    And the cluster policy
      """
      metadata: {name: demanding}
      spec:
        block: []
        requireProfile: true
      """
    When Dana tries to run mirrord on "deployment/ip-visit-counter"
    Then it is refused because of "demanding"

  @req-POLI-019
  Scenario: A profile has to be on the list
    Given the policy
      """
      metadata: {name: choosy}
      spec:
        block: []
        profileAllowlist: [only-steal]
      """
    When Dana tries to run mirrord on "deployment/ip-visit-counter" with the profile "everything"
    Then it is refused because of "choosy"
    When Dana runs mirrord on "deployment/ip-visit-counter" with the profile "only-steal"
    Then there is 1 session

  @req-POLI-019
  Scenario: On every list that applies
    Given the policy
      """
      metadata: {name: first}
      spec:
        block: []
        profileAllowlist: [only-steal, everything]
      """
    And the cluster policy
      """
      metadata: {name: second}
      spec:
        block: []
        profileAllowlist: [only-steal]
      """
    When Dana tries to run mirrord on "deployment/ip-visit-counter" with the profile "everything"
    Then it is refused because of "second"

  @req-POLI-019
  Scenario: A list alone demands no profile
    Given the policy
      """
      metadata: {name: choosy}
      spec:
        block: []
        profileAllowlist: [only-steal]
      """
    When Dana runs mirrord on "deployment/ip-visit-counter"
    Then there is 1 session
