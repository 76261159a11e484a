Feature: Who may end sessions

  Ending one session takes the verb `delete` on `sessions.operator.metalbear.co`, ending all takes `deletecollection`.
  The product's role `mirrord-operator-user` grants both; an administrator may take either away. There is no ownership:
  who may end sessions may end anybody's.

  Background:
    Given the world "busy"

  Rule: The role of every user grants both

    @req-RBAC-002
    Scenario: One session
      When Dana runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command succeeds
      And the session "C527FE7D9C30979E" is gone

    @destructive @req-RBAC-002
    Scenario: All sessions
      When Dana runs "mirrord operator session kill-all"
      Then the command succeeds
      And there are no sessions

    @req-RBAC-002
    Scenario: The cluster knows it
      Then Dana may "delete" "sessions.operator.metalbear.co"
      And Dana may "deletecollection" "sessions.operator.metalbear.co"

  Rule: A right that was taken away is gone, and nothing is lost by trying

    @smoke @req-RBAC-003
    Scenario: With delete only, ending all is denied
      Given the role "mirrord-operator-user" without the verb "deletecollection" on "sessions"
      When Dana runs "mirrord operator session kill-all"
      Then the command fails
      And the error contains
        """
        mirrord operator rejected session management: sessions.operator.metalbear.co is forbidden: User "dana@metalbear.co" cannot deletecollection resource "sessions" in API group "operator.metalbear.co" at the cluster scope
        """
      And there are 2 sessions
      And Aviram is still connected

    @req-RBAC-003
    Scenario: With delete only, ending one still works
      Given the role "mirrord-operator-user" without the verb "deletecollection" on "sessions"
      When Dana runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command succeeds
      And the session "C527FE7D9C30979E" is gone

    @req-RBAC-004
    Scenario: With deletecollection only, ending one is denied
      Given the role "mirrord-operator-user" without the verb "delete" on "sessions"
      When Dana runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command fails
      And the error contains
        """
        mirrord operator rejected session management: sessions.operator.metalbear.co "14206603365008316318" is forbidden: User "dana@metalbear.co" cannot delete resource "sessions" in API group "operator.metalbear.co" at the cluster scope
        """
      And the session "C527FE7D9C30979E" is listed

    @req-RBAC-005
    Scenario: The change holds from the next command on
      When the administrator takes the verb "delete" on "sessions" from the role "mirrord-operator-user"
      And Dana runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command fails
      And the session "C527FE7D9C30979E" is listed

  Rule: Each command needs its own verb

    @destructive @req-RBAC-006
    Scenario Outline: What each right allows
      Given a user Noa
      And Noa has the role "mirrord-operator-user-basic"
      And Noa may "<verbs>" "sessions"
      When Noa runs "mirrord operator session <command>"
      Then the exit code is <exit code>
      And there are <left> sessions

      Examples:
        | verbs                       | command                    | exit code | left |
        | delete                      | stop --id 487F4F2B6D2376AD | 0         | 1    |
        | delete                      | kill-all                   | 1         | 2    |
        | delete                      | retain-active              | 0         | 2    |
        | deletecollection            | stop --id 487F4F2B6D2376AD | 1         | 2    |
        | deletecollection            | kill-all                   | 0         | 0    |
        | deletecollection            | retain-active              | 1         | 2    |
        | delete and deletecollection | stop --id 487F4F2B6D2376AD | 0         | 1    |
        | delete and deletecollection | kill-all                   | 0         | 0    |
        | get and list                | stop --id 487F4F2B6D2376AD | 1         | 2    |
        | get and list                | kill-all                   | 1         | 2    |
