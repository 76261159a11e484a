Feature: Copied targets

  A session may use a copy of its target's pod. The copy is made for the session, and goes with it. If the original is to be
  scaled down meanwhile, only one session may ask for that.

  Background:
    Given the world "visit-counter"

  @needs_operator_control @needs_clock_control @req-COPY-001
  Scenario: A copy is in progress, and then ready
    Given it is assumed of the operator that
      """
      copy_ready_after_seconds: 5
      """
    When Dana copies "deployment/ip-visit-counter"
    Then the copy is in the phase "InProgress"
    When Dana tries to connect to the copy
    Then it is refused with the code 409 and the reason "Conflict"
    When 5 seconds pass
    Then the copy is in the phase "Ready"
    When Dana connects to the copy
    Then there is 1 session
    And Dana is still connected

  @needs_operator_control @req-COPY-002
  Scenario: A copy that fails says why
    Given it is assumed of the operator that
      """
      copy_failure: no node has room for it
      """
    When Dana copies "deployment/ip-visit-counter"
    Then the copy is in the phase "Failed: no node has room for it"
    When Dana tries to connect to the copy
    Then it is refused

  @needs_clock_control @req-COPY-003
  Scenario: A copy that nobody uses is given up after its idle time
    Given Dana copies "deployment/ip-visit-counter" and keeps it for 30 seconds
    When 29 seconds pass
    Then there is 1 session
    When 1 second passes
    Then there are no sessions

  @needs_clock_control @req-COPY-003
  Scenario: One that is used is not
    Given Dana copies "deployment/ip-visit-counter" and keeps it for 30 seconds
    And Dana connects to the copy
    When 1 hour passes
    Then there is 1 session
    When Dana stops mirrord
    And 31 seconds pass
    Then there are no sessions

  @req-COPY-004
  Scenario: One session at a time scales a workload down
    Given Dana copies "deployment/ip-visit-counter" and scales it down
    And Dana connects to the copy
    When Aviram tries to copy "deployment/ip-visit-counter" and to scale it down
    Then it is refused with the code 409 and the reason "Conflict"
    And there is 1 session
    And Dana is still connected

  @req-COPY-004
  Scenario: Others may copy it without, and scale down others
    Given the deployment "shop"
    And Dana copies "deployment/ip-visit-counter" and scales it down
    When Aviram tries to copy "deployment/ip-visit-counter"
    Then it is not refused
    When Aviram tries to copy "deployment/shop" and to scale it down
    Then it is not refused

  @req-COPY-004
  Scenario: When the session ends, the next may
    Given Dana copies "deployment/ip-visit-counter" and scales it down
    And Aviram has run "mirrord operator session kill-all"
    When Aviram tries to copy "deployment/ip-visit-counter" and to scale it down
    Then it is not refused

  @req-COPY-005
  Scenario: Its ports are those of the copy, not of the original
    Given Dana copies "deployment/ip-visit-counter"
    And Dana connects to the copy
    And Dana steals port 80
    When Aviram runs mirrord on "deployment/ip-visit-counter"
    And Aviram tries to steal port 80
    Then it is not refused

  @req-COPY-006
  Scenario: Status lists copies with their pods
    Given Dana copies "deployment/ip-visit-counter" and scales it down
    When Dana runs "mirrord operator status"
    Then the output contains "Active Copy Targets:"
    And the output contains "| deployment/ip-visit-counter | default   | mirrord-copy-job-"
